package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The mailbox of a link: what waits to be sent, in one line.
 *
 * <p><b>Bound:</b> count and bytes of what waits. What is under way is bounded by the link's window, which the node
 * names, so that a mailbox of 1,000 can keep a window of thousands full. <b>Order:</b> FIFO. <b>Time:</b> whoever has
 * waited for the deadline leaves, oldest first. <b>Thread:</b> confined to the owner's event loop.
 * <b>Source:</b> docs/decisions/0004-mailbox-rejects-the-newest.md, docs/decisions/0008-link-v1.md
 */
final class WaitingLine {

    private final int maxMessages;
    private final long maxBytes;
    private final ArrayDeque<LinkEntry> line = new ArrayDeque<>();
    private long bytes;
    private boolean draining;

    WaitingLine(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Why {@code push} cannot be added, or null. */
    @Nullable
    Outcome refusal(MailboxEntry push) {
        if (draining) {
            return Outcome.REJECTED_DRAINING;
        }
        return line.size() >= maxMessages || bytes + push.message().sizeBytes() > maxBytes
                ? Outcome.REJECTED_FULL
                : null;
    }

    void add(LinkEntry entry) {
        line.addLast(entry);
        bytes += sizeOf(entry);
    }

    @Nullable
    LinkEntry peek() {
        return line.peekFirst();
    }

    LinkEntry poll() {
        LinkEntry entry = line.removeFirst();
        bytes -= sizeOf(entry);
        return entry;
    }

    void pollAll(Consumer<LinkEntry> taken) {
        while (!line.isEmpty()) {
            taken.accept(poll());
        }
    }

    void drain() {
        draining = true;
    }

    int size() {
        return line.size();
    }

    long bytes() {
        return bytes;
    }

    private static int sizeOf(LinkEntry entry) {
        return Objects.requireNonNull(entry.push()).message().sizeBytes();
    }
}
