package io.pushmanager.core.link;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts batches together: what has to be sent again, then what waits, as far as the windows allow.
 *
 * <p><b>Bound:</b> {@link SendWindow}; beyond its batches one more of HIGH pushes only, which then need not wait for another batch to be
 * consumed; of LOW pushes, where nothing else waits, {@link LowWindow}. <b>Time:</b> what has expired is not sent, nor sent again.
 * <b>Thread:</b> its session's.
 */
final class BatchFill {

    private final LinkLimits limits;
    private final WaitingLine waiting;
    private final SentRing sent;
    private final SendWindow window;
    private final UnansweredPushes unanswered;
    private final LowWindow low;
    private final Function<PushMessage, byte[]> encoder;
    private final SendSession.Ends ends;
    private final SendBatch batch = new SendBatch();

    BatchFill(
            LinkLimits limits,
            WaitingLine waiting,
            SentRing sent,
            SendWindow window,
            UnansweredPushes unanswered,
            LowWindow low,
            Function<PushMessage, byte[]> encoder,
            SendSession.Ends ends) {
        this.limits = limits;
        this.waiting = waiting;
        this.sent = sent;
        this.window = window;
        this.unanswered = unanswered;
        this.low = low;
        this.encoder = encoder;
        this.ends = ends;
    }

    /** Null when nothing is to be sent now. */
    @Nullable
    SendBatch next(long nowNanos) {
        boolean onlyHigh = window.isFullOfBatches();
        if (onlyHigh && (!waiting.hasHigh() || window.isFullOfUrgentBatches() || window.cursor() < sent.end())) {
            return null;
        }
        batch.begin(window.cursor());
        boolean added = true;
        while (added) {
            added = window.cursor() < sent.end() ? addAgain(nowNanos) : addWaiting(onlyHigh, nowNanos);
        }
        if (batch.size() == 0) {
            return null;
        }
        window.endBatch();
        return batch;
    }

    private boolean addAgain(long nowNanos) {
        LinkEntry entry = sent.get(window.cursor());
        if (entry == null) {
            throw new IllegalStateException("push " + window.cursor() + " is not consumed and not kept");
        }
        if (entry.push() != null && entry.hasExpired(nowNanos)) {
            unanswered.end(window.cursor(), entry);
            ends.expired(entry); // the node has not received it
        }
        MailboxEntry push = entry.push();
        entry.size = push == null ? 0 : entry.size;
        if (!window.fits(batch, entry.size)) {
            return false;
        }
        window.wrote(entry.size);
        if (push == null) {
            batch.addEnded();
        } else {
            batch.addAgain(push.encoded(encoder));
        }
        return true;
    }

    private boolean addWaiting(boolean onlyHigh, long nowNanos) {
        LinkEntry entry = waiting.peek();
        MailboxEntry push = entry == null ? null : entry.push();
        if (entry == null || push == null || unanswered.count() >= limits.maxUnanswered()) {
            return false;
        }
        if (entry.hasExpired(nowNanos)) {
            waiting.expire(entry, nowNanos);
            return true;
        }
        if (onlyHigh && push.message().priority() != Priority.HIGH) {
            return false;
        }
        if (entry.isLow && !waiting.isTurnOfLow() && !low.allowsMore()) {
            return false;
        }
        byte[] encoded = push.encoded(encoder);
        if (!window.fits(batch, encoded.length)) {
            return false;
        }
        waiting.take(entry, nowNanos);
        if (entry.isLow) {
            low.sent(window.cursor(), nowNanos);
        }
        entry.size = encoded.length;
        entry.sent(nowNanos);
        entry.dueNanos = nowNanos + limits.deadlineNanos();
        unanswered.add(entry);
        window.wrote(encoded.length);
        batch.add(encoded);
        return true;
    }
}
