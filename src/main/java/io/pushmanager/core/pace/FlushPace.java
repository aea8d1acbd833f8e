package io.pushmanager.core.pace;

/**
 * Decides how long an event loop holds its output so that several pushes share one write per socket.
 *
 * <p>It asks what share of its time the loop would spend in flushes if every frame were a write of its own: the duration of a flush
 * times the frames that each of its sockets got, over the time since the flush before. Holding does not change that figure, so the pace
 * does not chase itself; and where pushes are for different sockets, so that nothing would be joined, it is no more than what flushes take.
 * Up to {@code idleShare} nothing is held; from {@code busyShare} on everything is, for {@code maxHoldNanos} after the end
 * of the last flush; in between proportionally. A loop that had been quiet for that long flushes at once.
 *
 * <p><b>Bound:</b> no output waits longer than {@code maxHoldNanos} for its flush to begin. <b>Thread:</b> confined to one event
 * loop. <b>Time:</b> callers pass monotonic {@code nowNanos}. <b>Source:</b> docs/decisions/0009.
 */
public final class FlushPace {

    /** The weight of a new observation: about five of them make a new opinion. */
    private static final double WEIGHT = 0.2;

    private final long maxHoldNanos;
    private final double idleShare;
    private final double busyShare;

    private double share;
    private long beganNanos;
    private long endedNanos;
    private boolean flushedBefore;

    /** @param busyShare above {@code idleShare} */
    public FlushPace(long maxHoldNanos, double idleShare, double busyShare) {
        this.maxHoldNanos = maxHoldNanos;
        this.idleShare = idleShare;
        this.busyShare = busyShare;
    }

    /** @return how long from now the next flush is to begin; 0: at once */
    public long holdNanos(long nowNanos) {
        if (!flushedBefore || share <= idleShare) {
            return 0;
        }
        double part = Math.min(1, (share - idleShare) / (busyShare - idleShare));
        long hold = endedNanos + (long) (part * maxHoldNanos) - nowNanos;
        return Math.max(0, Math.min(hold, maxHoldNanos));
    }

    /**
     * @param sockets that were written to, at least 1
     * @param frames that they got, at least one each
     */
    public void flushed(long beginNanos, long endNanos, int sockets, long frames) {
        if (flushedBefore) {
            long cycle = Math.max(1, beginNanos - beganNanos);
            double observed = Math.min(1, (double) (endNanos - beginNanos) * frames / sockets / cycle);
            share += WEIGHT * (observed - share);
        }
        flushedBefore = true;
        beganNanos = beginNanos;
        endedNanos = endNanos;
    }

    /** What a write for each frame would take of the loop's time, from 0 to 1. */
    public double share() {
        return share;
    }
}
