package io.pushmanager.core.session;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pushes an event loop has delivered lately, so that a repeat reaches only those who came since.
 *
 * <p>One id may go to several targets as long as its content is the same; each target is remembered by itself, because
 * taking another target's push for a repeat would lose it without a word.
 *
 * <p><b>Bound:</b> {@code maxEntries} pairs of id and target, and {@code windowNanos} since the last time; the longest
 * untouched go first. <b>Thread:</b> confined to one event loop. <b>Time:</b> callers pass monotonic {@code nowNanos}.
 * <b>Source:</b> DESIGN, "Once".
 */
public final class SeenPushes {

    /** The id was used with other content: deliver nothing. */
    public static final long CONFLICT = -1;

    private final int maxEntries;
    private final long windowNanos;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    public SeenPushes(int maxEntries, long windowNanos) {
        this.maxEntries = maxEntries;
        this.windowNanos = windowNanos;
    }

    /**
     * Notes a push that is about to be delivered.
     *
     * @param sequence the room table's, now
     * @return {@link #CONFLICT}, or the sequence after which a connection or membership must have come to be reached: 0, everyone,
     *     when the push is new
     */
    public long note(String messageId, long contentHash, long targetHash, long sequence, long nowNanos) {
        forgetOlderThan(nowNanos);
        Entry known = entries.get(messageId);
        if (known == null) {
            entries.put(messageId, new Entry(contentHash, targetHash, sequence, nowNanos));
            size++;
            forgetBeyondBound();
            return 0;
        }
        if (known.contentHash != contentHash) {
            return CONFLICT;
        }
        known.touchedNanos = nowNanos;
        Long before = known.swap(targetHash, sequence);
        if (before == null) {
            size++;
            forgetBeyondBound();
            return 0;
        }
        return before;
    }

    /** What {@link #note} would say, without noting anything. */
    public long reachedUpTo(String messageId, long contentHash, long targetHash) {
        Entry known = entries.get(messageId);
        if (known == null) {
            return 0;
        }
        return known.contentHash == contentHash ? known.sequenceOf(targetHash) : CONFLICT;
    }

    public int size() {
        return size;
    }

    private void forgetOlderThan(long nowNanos) {
        Iterator<Entry> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry entry = oldestFirst.next();
            if (nowNanos - entry.touchedNanos < windowNanos) {
                return;
            }
            size -= entry.targets();
            oldestFirst.remove();
        }
    }

    private void forgetBeyondBound() {
        if (size <= maxEntries) {
            return; // as nearly always: no iterator for it
        }
        Iterator<Entry> oldestFirst = entries.values().iterator();
        while (size > maxEntries && oldestFirst.hasNext()) {
            size -= oldestFirst.next().targets();
            oldestFirst.remove();
        }
    }

    private static final class Entry {

        final long contentHash;
        final long targetHash;
        long sequence;
        long touchedNanos;

        @Nullable
        Map<Long, Long> otherTargets;

        Entry(long contentHash, long targetHash, long sequence, long nowNanos) {
            this.contentHash = contentHash;
            this.targetHash = targetHash;
            this.sequence = sequence;
            this.touchedNanos = nowNanos;
        }

        int targets() {
            return 1 + (otherTargets == null ? 0 : otherTargets.size());
        }

        /** 0 when nothing is remembered for the target. */
        long sequenceOf(long target) {
            if (target == targetHash) {
                return sequence;
            }
            return otherTargets == null ? 0 : otherTargets.getOrDefault(target, 0L);
        }

        /** The sequence remembered for the target, null when it is new; remembers the new one. */
        @Nullable
        Long swap(long target, long newSequence) {
            if (target == targetHash) {
                long before = sequence;
                sequence = newSequence;
                return before;
            }
            if (otherTargets == null) {
                otherTargets = new HashMap<>(2);
            }
            return otherTargets.put(target, newSequence);
        }
    }
}
