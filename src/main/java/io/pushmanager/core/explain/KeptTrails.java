package io.pushmanager.core.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last trails, and of those that they push out the slow and the failed ones: who looks for something looks for those.
 *
 * <pre>
 *   add ─▶ recent ─▶ judged ─┬▶ slow
 *                            ├▶ failed
 *                            └▶ forgotten
 * </pre>
 *
 * <p>A trail is judged when it leaves the recent ones: what it says by then counts. <b>Bound:</b> {@link ExplainLimits}, each ring by its
 * share; the oldest of a ring goes first, and the last one of a ring stays, whatever its size. <b>Thread:</b> one. <b>Time:</b> passed in.
 *
 * @param <T> what is known of one push, perhaps still growing
 */
public final class KeptTrails<T> {

    /** What becomes of a trail that is not recent any more. */
    public enum Fate {
        FORGOTTEN,
        SLOW,
        FAILED
    }

    /** Knows the trails. */
    public interface Judge<T> {
        Fate fate(T trail, long nowNanos);

        /** Estimated; the same as long as the trail is kept. */
        int bytes(T trail);

        long sinceNanos(T trail);

        boolean isOf(T trail, String messageId);
    }

    private final class Ring {
        private final Deque<T> trails = new ArrayDeque<>();
        private final int maxTrails;
        private final long maxBytes;
        private long bytes;

        Ring(int maxTrails, long maxBytes) {
            this.maxTrails = maxTrails;
            this.maxBytes = maxBytes;
        }

        void add(T trail) {
            trails.addLast(trail);
            bytes += judge.bytes(trail);
        }

        boolean isOver() {
            return trails.size() > maxTrails || (bytes > maxBytes && trails.size() > 1);
        }

        T poll() {
            T oldest = trails.removeFirst();
            bytes -= judge.bytes(oldest);
            return oldest;
        }

        void keep(T trail) {
            add(trail);
            while (isOver()) {
                poll();
            }
        }

        void find(String messageId, List<T> found) {
            for (Iterator<T> newestFirst = trails.descendingIterator(); newestFirst.hasNext(); ) {
                T trail = newestFirst.next();
                if (judge.isOf(trail, messageId)) {
                    found.add(trail);
                }
            }
        }
    }

    private final Judge<T> judge;
    private final Ring recent;
    private final Ring slow;
    private final Ring failed;

    public KeptTrails(ExplainLimits limits, Judge<T> judge) {
        this.judge = judge;
        int quarter = Math.max(1, limits.maxPushes() / 4);
        long quarterBytes = limits.maxBytes() / 4;
        this.recent = new Ring(Math.max(1, limits.maxPushes() - 2 * quarter), 2 * quarterBytes);
        this.slow = new Ring(quarter, quarterBytes);
        this.failed = new Ring(quarter, quarterBytes);
    }

    public void add(T trail, long nowNanos) {
        recent.add(trail);
        while (recent.isOver()) {
            T old = recent.poll();
            switch (judge.fate(old, nowNanos)) {
                case SLOW -> slow.keep(old);
                case FAILED -> failed.keep(old);
                case FORGOTTEN -> {}
            }
        }
    }

    /** Newest first. */
    public List<T> find(String messageId) {
        List<T> found = new ArrayList<>(1);
        recent.find(messageId, found);
        slow.find(messageId, found);
        failed.find(messageId, found);
        found.sort((a, b) -> Long.compare(judge.sinceNanos(b) - judge.sinceNanos(a), 0));
        return found;
    }

    public Kept kept() {
        T oldest = recent.trails.peekFirst();
        return new Kept(
                recent.trails.size(),
                slow.trails.size(),
                failed.trails.size(),
                oldest == null ? 0 : judge.sinceNanos(oldest));
    }

    /** As estimated, all rings together. */
    public long bytes() {
        return recent.bytes + slow.bytes + failed.bytes;
    }
}
