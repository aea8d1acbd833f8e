package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.Backlog;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.Outcome;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The manager's end of a link: what waits, what is under way, and what has to be sent again after a break.
 *
 * <p><b>Outcome:</b> whatever {@link #offer} does not reject leaves exactly once: as the result that {@link #result} takes, or
 * through {@link Ends}, or through one of the {@code abandon} methods. <b>Order:</b> ids are given in the order in which pushes leave the
 * mailbox, which within a priority is that of the offers, and batches go in the order of ids. <b>Bound:</b> the waiting line's, the node's window, and {@link
 * LinkLimits#maxUnanswered}. <b>Time:</b> callers pass monotonic nanoseconds. <b>Thread:</b> confined to one event loop.
 * <b>Failure:</b> what the node says and cannot be is a {@link LinkViolation}. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
public final class SendSession {

    /** What {@link #nextDueNanos} answers when nothing is due. */
    public static final long NONE = Backlog.NONE;

    /** How pushes end that got no result. */
    public interface Ends extends Backlog.Ends<LinkEntry> {
        /** It is in the mailbox at once, and whoever offered it is told by the answer. */
        void accepted(LinkEntry push);

        /** It waited for the deadline and was never sent. */
        void notSent(LinkEntry push);

        /** No result within the deadline. */
        void timedOut(LinkEntry push);

        /** The node has forgotten the session: whether it had delivered this is unknown. */
        void forgotten(LinkEntry push);
    }

    private final Ends ends;
    private final WaitingLine waiting;
    private final SentRing sent = new SentRing();
    private final SendWindow window;
    private final UnansweredPushes unanswered;
    private final LowWindow low;
    private final BatchFill fill;

    private String session = "";
    private boolean open;
    private long ackSeen;

    public SendSession(LinkLimits limits, MailboxLimits mailbox, Function<PushMessage, byte[]> encoder, Ends ends) {
        this.ends = ends;
        this.waiting = new WaitingLine(mailbox, limits.deadlineNanos(), ends::accepted, ends);
        this.window = new SendWindow(limits);
        this.unanswered = new UnansweredPushes(sent, window);
        this.low = new LowWindow(limits.lowDelayNanos(), limits.batches() * limits.batchPushes());
        this.fill = new BatchFill(limits, waiting, sent, window, unanswered, low, encoder, ends);
    }

    // ---- what waits

    /** {@code ACCEPTED} or a rejection; null when it waits for room or has expired: {@link Ends} tells then. */
    public @Nullable Outcome offer(MailboxEntry push, long nowNanos) {
        return waiting.offer(push, nowNanos);
    }

    /** From now on every offer is refused; what is here still goes its way. */
    public void drain() {
        waiting.drain();
    }

    // ---- the stream

    /** To be named in the next hello; empty for a new one. */
    public String session() {
        return session;
    }

    /** The last acknowledgement that was taken in. */
    public long ackSeen() {
        return ackSeen;
    }

    /** A stream is there, and the node has said how far it is. */
    public void welcome(String name, long receivedThrough, int pushes, long bytes) {
        if (name.isEmpty()) {
            throw new LinkViolation("the node named no session");
        }
        if (!name.equals(session)) {
            if (receivedThrough != 0) {
                throw new LinkViolation("the node has received " + receivedThrough + " pushes of a new session");
            }
            forget();
            session = name;
        } else if (receivedThrough < window.consumed() || receivedThrough >= sent.end()) {
            throw new LinkViolation("the node has received " + receivedThrough + " pushes, of " + (sent.end() - 1)
                    + " sent and " + window.consumed() + " consumed");
        }
        window.resume(receivedThrough, pushes, bytes, sent);
        open = true;
    }

    /** What the node says of the session makes no sense: the next hello asks for a new one. */
    public void distrust() {
        session = "";
        open = false;
        low.broke();
    }

    /** The stream is gone: nothing is sent until the next {@link #welcome}. */
    public void broke() {
        open = false;
        low.broke();
    }

    /** What is to be written now, or null: nothing waits, or too much is under way. Good until the next call. */
    public @Nullable SendBatch next(long nowNanos) {
        return open ? fill.next(nowNanos) : null;
    }

    // ---- what the node acknowledges

    /** Whether the acknowledgement is the next one; false if it was taken in before. */
    public boolean isNextAck(long number) {
        if (number > ackSeen + 1) {
            throw new LinkViolation("acknowledgement " + number + " came after " + ackSeen);
        }
        if (number <= ackSeen) {
            return false;
        }
        ackSeen = number;
        return true;
    }

    /** The push has its result: takes it out. Null when it has ended before. */
    public @Nullable LinkEntry result(long id) {
        if (id < 1 || id >= sent.end()) {
            throw new LinkViolation("a result for push " + id + ", of " + (sent.end() - 1) + " sent");
        }
        LinkEntry entry = unanswered.get(id);
        if (entry != null) {
            unanswered.end(id, entry);
        }
        return entry;
    }

    /** What was sent under this id, or null when it has ended. */
    public @Nullable LinkEntry unanswered(long id) {
        return unanswered.get(id);
    }

    /** Pushes up to this one have left the window. */
    public void consumed(long through, long nowNanos) {
        if (through >= window.cursor()) {
            throw new LinkViolation("consumed " + through + " pushes, of " + (window.cursor() - 1) + " sent");
        }
        while (window.consumed() < through) {
            long id = window.consumed() + 1;
            LinkEntry entry = sent.get(id);
            if (entry == null) {
                throw new IllegalStateException("push " + id + " is not consumed and not kept");
            }
            window.consume(entry.size);
            if (entry.isLow) {
                low.consumed(id, nowNanos);
            }
            entry.letGo();
            if (entry.ended) {
                sent.remove(id);
            }
        }
    }

    // ---- time, and the end

    /** Ends what is due. */
    public void expire(long nowNanos) {
        waiting.expire(nowNanos, ends::notSent);
        for (LinkEntry entry = unanswered.endDue(nowNanos); entry != null; entry = unanswered.endDue(nowNanos)) {
            ends.timedOut(entry);
        }
    }

    /** When {@link #expire} will have something to do, or {@link #NONE}. */
    public long nextDueNanos() {
        long due = waiting.nextDueNanos();
        LinkEntry oldest = unanswered.oldest();
        return oldest != null && (due == NONE || oldest.dueNanos - due < 0) ? oldest.dueNanos : due;
    }

    /** Takes everything out that was sent and has no result; the session goes on. */
    public void abandonSent(Consumer<LinkEntry> abandoned) {
        for (LinkEntry entry = unanswered.endOldest(); entry != null; entry = unanswered.endOldest()) {
            abandoned.accept(entry);
        }
    }

    /** Takes everything out that was never sent. */
    public void abandonWaiting(Consumer<LinkEntry> abandoned) {
        waiting.abandon(abandoned);
    }

    /** As {@link #abandonWaiting}, with the pushes, for somebody else to send. */
    public void handOver(HandOver to) {
        waiting.abandon(entry -> {
            MailboxEntry push = entry.push();
            if (push != null) {
                to.take(entry, push);
            }
        });
    }

    /** Takes what waits. */
    @FunctionalInterface
    public interface HandOver {
        void take(LinkEntry entry, MailboxEntry push);
    }

    /** Nothing waits and nothing is without an outcome. */
    public boolean isEmpty() {
        return unanswered.count() == 0 && waiting.size() == 0 && waiting.outside() == 0;
    }

    public int waiting() {
        return waiting.size();
    }

    public long waitingBytes() {
        return waiting.bytes();
    }

    /** What waits for room in the mailbox. */
    public int waitingOutside() {
        return waiting.outside();
    }

    /** Whether something waits that is not to be held. */
    public boolean isUrgent() {
        return waiting.hasHigh();
    }

    /** Sent and without an outcome. */
    public int unanswered() {
        return unanswered.count();
    }

    private void forget() {
        abandonSent(ends::forgotten);
        unanswered.clear();
        window.clear();
        low.clear();
        ackSeen = 0;
    }
}
