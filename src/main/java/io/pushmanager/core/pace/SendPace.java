package io.pushmanager.core.pace;

/**
 * Decides how long an event loop holds what waits for its links so that several pushes share a batch.
 *
 * <p>It asks what share of its time the loop would spend in writing if it held nothing: what each write took, as many times as
 * there was something to write since the one before, over the time. Up to {@code idleShare} nothing is held; from
 * {@code busyShare} on everything is, until {@code maxHoldNanos} after the end of the last write; in between proportionally. A
 * loop that had been quiet for that long writes at once.
 *
 * <p>As {@link FlushPace}, but for links that are written one by one: it looks at stretches of time and not at cycles, so that
 * four links written right after one another do not look like a busy loop.
 *
 * <p><b>Bound:</b> nothing waits longer than {@code maxHoldNanos}. <b>Thread:</b> confined to one event loop. <b>Time:</b>
 * callers pass monotonic nanoseconds. <b>Source:</b> docs/decisions/0008
 */
public final class SendPace {

    /** The shortest time that an opinion is made of. */
    private static final long LEAST_STRETCH_NANOS = 1_000_000;
    /** A stretch of so long counts as much as everything before it. */
    private static final double MEMORY_NANOS = 20_000_000;

    private final long maxHoldNanos;
    private final double idleShare;
    private final double busyShare;

    private double share;
    private boolean wroteBefore;
    private long stretchBeganNanos;
    private long stretchCostNanos;
    private long endedNanos;

    /** @param busyShare above {@code idleShare} */
    public SendPace(long maxHoldNanos, double idleShare, double busyShare) {
        this.maxHoldNanos = maxHoldNanos;
        this.idleShare = idleShare;
        this.busyShare = busyShare;
    }

    /** @return how long from now what waits is to be written; 0: at once */
    public long holdNanos(long nowNanos) {
        if (!wroteBefore || share <= idleShare) {
            return 0;
        }
        double part = Math.min(1, (share - idleShare) / (busyShare - idleShare));
        long hold = endedNanos + (long) (part * maxHoldNanos) - nowNanos;
        return Math.max(0, Math.min(hold, maxHoldNanos));
    }

    /** @param writes that the link would have made since its last one, had nothing been held */
    public void wrote(long beginNanos, long endNanos, int writes) {
        if (!wroteBefore) {
            wroteBefore = true;
            stretchBeganNanos = beginNanos;
        }
        endedNanos = endNanos;
        stretchCostNanos += (endNanos - beginNanos) * writes;
        long stretch = endNanos - stretchBeganNanos;
        if (stretch >= LEAST_STRETCH_NANOS) {
            double observed = Math.min(1, (double) stretchCostNanos / stretch);
            share += stretch / (stretch + MEMORY_NANOS) * (observed - share);
            stretchBeganNanos = endNanos;
            stretchCostNanos = 0;
        }
    }

    /** What writing would take of the loop's time if nothing was held, from 0 to 1. */
    public double share() {
        return share;
    }
}
