package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.Backlog;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.outcome.Outcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The mailbox of a link: what waits to be sent, in one line.
 *
 * <p><b>Bound:</b> the {@link Backlog}'s, for what waits. What is under way is bounded by the link's window, which the node
 * names, so that a mailbox of 1,000 can keep a window of thousands full. <b>Order:</b> FIFO within a priority. <b>Time:</b> whoever has
 * waited for the deadline leaves, oldest first. <b>Thread:</b> confined to the owner's event loop.
 * <b>Source:</b> docs/decisions/0004-mailbox-rejects-the-newest.md, docs/decisions/0008-link-v1.md
 */
final class WaitingLine {

    private static final int LINE = 0;
    private static final Priority[] PRIORITIES = Priority.values();

    private final Backlog<LinkEntry> backlog;
    private final long deadlineNanos;
    private final Consumer<LinkEntry> accepted;

    /** @param accepted told of what is accepted at once; of what is later, and of what is not, {@code ends} is told */
    WaitingLine(MailboxLimits limits, long deadlineNanos, Consumer<LinkEntry> accepted, Backlog.Ends<LinkEntry> ends) {
        this.backlog = new Backlog<>(1, limits, ends);
        this.deadlineNanos = deadlineNanos;
        this.accepted = accepted;
    }

    /** As {@link Backlog#offer}. */
    @Nullable
    Outcome offer(MailboxEntry push, long nowNanos) {
        Outcome refusal = backlog.refusal(push);
        if (refusal != null) {
            return refusal;
        }
        LinkEntry entry = new LinkEntry(push, deadlineNanos);
        Outcome outcome = backlog.offer(entry, nowNanos);
        if (outcome == Outcome.ACCEPTED) {
            accepted.accept(entry);
        }
        return outcome;
    }

    /** Whose turn it is. */
    @Nullable
    LinkEntry peek() {
        return backlog.peek(LINE);
    }

    /** Whether a LOW one that has its turn has it by its share, and not because nobody else waits. */
    boolean isTurnOfLow() {
        return backlog.isTurnOfLow(LINE);
    }

    boolean hasHigh() {
        return backlog.hasHigh(LINE);
    }

    /** Takes what {@link #peek} has shown. */
    void take(LinkEntry entry, long nowNanos) {
        backlog.takeForGood(entry, nowNanos);
    }

    void expire(LinkEntry entry, long nowNanos) {
        backlog.expire(entry, nowNanos);
    }

    /** Ends whose time to live is over, then whoever has waited too long. */
    void expire(long nowNanos, Consumer<LinkEntry> late) {
        backlog.expire(nowNanos);
        for (Priority priority : PRIORITIES) {
            for (LinkEntry entry = backlog.first(LINE, priority);
                    entry != null && entry.dueNanos - nowNanos <= 0;
                    entry = backlog.first(LINE, priority)) {
                backlog.remove(entry, nowNanos);
                late.accept(entry);
            }
        }
    }

    /** When {@link #expire} will have something to do, or {@link Backlog#NONE}. */
    long nextDueNanos() {
        long due = backlog.nextDueNanos();
        for (Priority priority : PRIORITIES) {
            LinkEntry oldest = backlog.first(LINE, priority);
            if (oldest != null && (due == Backlog.NONE || oldest.dueNanos - due < 0)) {
                due = oldest.dueNanos;
            }
        }
        return due;
    }

    void abandon(Consumer<LinkEntry> abandoned) {
        backlog.abandon(abandoned);
    }

    void drain() {
        backlog.drain();
    }

    int size() {
        return backlog.messages();
    }

    long bytes() {
        return backlog.bytes();
    }

    int outside() {
        return backlog.outside();
    }
}
