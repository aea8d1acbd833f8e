package io.pushmanager.ingress;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pushes that fan-out has yet to answer, so that those it never answers are found.
 *
 * <p>A linked list through the pushes themselves: joining and leaving cost no memory. <b>Bound:</b> the gate's.
 * <b>Thread:</b> the dispatcher's event loop.
 */
final class PendingPushes {

    private @Nullable PendingPush first;

    boolean isEmpty() {
        return first == null;
    }

    void add(PendingPush push) {
        PendingPush head = first;
        push.next = head;
        if (head != null) {
            head.previous = push;
        }
        first = push;
    }

    void remove(PendingPush push) {
        PendingPush previous = push.previous;
        PendingPush next = push.next;
        if (previous != null) {
            previous.next = next;
        } else if (first == push) {
            first = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        push.previous = null;
        push.next = null;
    }

    /** Those whose callers' deadlines were before {@code nanos}. */
    List<PendingPush> dueBefore(long nanos) {
        List<PendingPush> due = List.of();
        for (PendingPush push = first; push != null; push = push.next) {
            if (push.message().deadlineNanos() - nanos < 0) {
                due = due.isEmpty() ? new ArrayList<>() : due;
                due.add(push);
            }
        }
        return due;
    }
}
