package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.PushMessage;
import org.jspecify.annotations.Nullable;

/**
 * Pushes that wait for room in a mailbox. <b>Bound:</b> their bytes. <b>Order:</b> {@link PriorityLines}: who comes in next is decided as
 * who is sent next. <b>Time:</b> each waits until shortly before its caller's answer has to leave. <b>Thread:</b> its backlog's.
 *
 * @param <E> what waits
 */
final class OutsideLine<E extends Queued<E>> {

    private static final long LEAST_MARGIN_NANOS = 35_000_000;
    private static final long LARGEST_MARGIN_NANOS = 215_000_000;

    private final long maxBytes;
    private final PriorityLines<E> lines = new PriorityLines<>();

    OutsideLine(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean fits(int size) {
        return lines.bytes() + size <= maxBytes;
    }

    void add(E entry) {
        entry.outside = true;
        lines.add(entry, entry.message());
    }

    @Nullable
    E peek() {
        return lines.peek();
    }

    void take(E entry) {
        lines.take(entry, entry.message());
    }

    void remove(E entry) {
        lines.remove(entry);
    }

    @Nullable
    E any() {
        return lines.any();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    int size() {
        return lines.size();
    }

    long bytes() {
        return lines.bytes();
    }

    /**
     * When it waits no longer: its time to live, or a little before fan-out answers its caller, so that the caller hears that the
     * mailbox was full and not that it was silent.
     */
    static long dueNanos(PushMessage message, long nowNanos) {
        long left = message.deadlineNanos() - nowNanos;
        long margin = Math.min(Math.max(left / 8, LEAST_MARGIN_NANOS), LARGEST_MARGIN_NANOS);
        long wait = Math.max(left - margin, left / 2);
        long due = nowNanos + Math.max(wait, 0);
        return message.handling().expires() && message.handling().expiresNanos() - due < 0
                ? message.handling().expiresNanos()
                : due;
    }
}
