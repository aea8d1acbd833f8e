package io.pushmanager.core.fanout;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The message ids that callers chose of late, each with what it stood for and, if it ended well, how it ended.
 *
 * <p><b>Bound:</b> {@code maxIds} ids, each for {@code windowNanos} since it was last sent; {@code maxStoredBytes},
 * estimated, for the outcomes of all of them: the oldest outcome is forgotten first, while its id stays.
 * <b>Thread:</b> fan-out's event loop only. <b>Source:</b> docs/decisions/0006-once.md.
 */
final class OnceWindow {

    /** What is remembered of one id. */
    static final class Entry {
        private final String messageId;
        private final long fingerprint;
        private long sentAtNanos;
        private boolean forgotten;
        private @Nullable OpenPush running;
        private @Nullable PushResult outcome;
        private AckLevel outcomeAck = AckLevel.ACCEPTED;
        private long outcomeBytes;

        private Entry(String messageId, long fingerprint, long sentAtNanos) {
            this.messageId = messageId;
            this.fingerprint = fingerprint;
            this.sentAtNanos = sentAtNanos;
        }

        boolean isSamePush(long other) {
            return fingerprint == other;
        }

        /** The push under way that a repeat with this acknowledgement can join. */
        @Nullable
        OpenPush running(AckLevel ack) {
            return running != null && running.ack == ack ? running : null;
        }

        /** How the id ended, well, for a caller who asks for this acknowledgement. */
        @Nullable
        PushResult outcome(AckLevel ack) {
            return outcomeAck == ack ? outcome : null;
        }
    }

    private static final long RESULT_BYTES = 96;
    private static final long REFERENCE_BYTES = 4;
    private static final long REPORT_BYTES = 112;
    private static final int SLACK = 64;

    private final int maxIds;
    private final long windowNanos;
    private final long maxStoredBytes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Deque<Entry> withOutcome = new ArrayDeque<>();
    private long storedBytes;

    OnceWindow(int maxIds, long windowNanos, long maxStoredBytes) {
        this.maxIds = maxIds;
        this.windowNanos = windowNanos;
        this.maxStoredBytes = maxStoredBytes;
    }

    @Nullable
    Entry find(String messageId, long nowNanos) {
        forgetOld(nowNanos);
        return entries.get(messageId);
    }

    Entry add(String messageId, long fingerprint, long nowNanos) {
        Entry entry = new Entry(messageId, fingerprint, nowNanos);
        entries.put(messageId, entry);
        if (entries.size() > maxIds) {
            forgetEldest();
        }
        return entry;
    }

    /** The push goes to the nodes now. Another one of this id that still runs stays the one that repeats join. */
    void sent(Entry entry, OpenPush push, long nowNanos) {
        if (entry.running == null) {
            entry.running = push;
        }
        if (!entry.forgotten && entry.sentAtNanos != nowNanos) {
            entry.sentAtNanos = nowNanos;
            entries.remove(entry.messageId);
            entries.put(entry.messageId, entry);
        }
    }

    /** @param result null unless the push ended well */
    void ended(Entry entry, OpenPush push, @Nullable PushResult result) {
        if (entry.running == push) {
            entry.running = null;
        }
        if (result == null || entry.forgotten || entry.outcome != null) {
            return;
        }
        entry.outcome = result;
        entry.outcomeAck = push.ack;
        entry.outcomeBytes = estimateBytes(result);
        storedBytes += entry.outcomeBytes;
        withOutcome.addLast(entry);
        while (storedBytes > maxStoredBytes) {
            dropOutcome(withOutcome.removeFirst());
        }
        if (withOutcome.size() > 2 * entries.size() + SLACK) {
            withOutcome.removeIf(old -> old.outcome == null); // forgotten together with their ids
        }
    }

    int size() {
        return entries.size();
    }

    /** Grows with ids that were forgotten until it is cleared of them. */
    int queuedOutcomes() {
        return withOutcome.size();
    }

    long storedBytes() {
        return storedBytes;
    }

    private void forgetOld(long nowNanos) {
        Iterator<Entry> eldestFirst = entries.values().iterator();
        while (eldestFirst.hasNext()) {
            Entry entry = eldestFirst.next();
            if (nowNanos - entry.sentAtNanos < windowNanos) {
                return;
            }
            eldestFirst.remove();
            forget(entry);
        }
    }

    private void forgetEldest() {
        Iterator<Entry> eldestFirst = entries.values().iterator();
        Entry eldest = eldestFirst.next();
        eldestFirst.remove();
        forget(eldest);
    }

    private void forget(Entry entry) {
        entry.forgotten = true;
        dropOutcome(entry);
    }

    private void dropOutcome(Entry entry) {
        entry.outcome = null;
        storedBytes -= entry.outcomeBytes;
        entry.outcomeBytes = 0;
    }

    private static long estimateBytes(PushResult result) {
        long bytes = RESULT_BYTES;
        for (NodeReport report : result.nodes()) {
            bytes += report.delivery() == null ? REFERENCE_BYTES : REPORT_BYTES;
        }
        return bytes;
    }
}
