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
 * <p>Where holding turns out to join little, since the pushes of so short a time are for different sockets, nothing is held, and
 * once in a hundred holds' time it is tried again: latency is not given away for nothing.
 *
 * <p><b>Bound:</b> no output waits longer than {@code maxHoldNanos} for its flush to begin. <b>Thread:</b> confined to one event
 * loop. <b>Time:</b> callers pass monotonic {@code nowNanos}. <b>Source:</b> docs/decisions/0009.
 */
public final class FlushPace {

    /** The weight of a new observation: about five of them make a new opinion. */
    private static final double WEIGHT = 0.2;

    private static final double JOINED_WEIGHT = 0.5;

    /** Frames beyond the first that a socket must get in a held flush: with this many a third of the writes is saved. */
    private static final double WORTH_JOINING = 0.5;

    private static final int HOLDS_BETWEEN_TRIES = 100;

    /** Timers know milliseconds. */
    private static final long TIMER_NANOS = 1_000_000L;

    private final long maxHoldNanos;
    private final double idleShare;
    private final double busyShare;

    private double share;
    private double joined = 2 * WORTH_JOINING;
    private long triedNanos;
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
        long full = fullHoldNanos();
        if (full == 0 || (joined < WORTH_JOINING && nowNanos - triedNanos < HOLDS_BETWEEN_TRIES * maxHoldNanos)) {
            return 0;
        }
        return Math.max(0, Math.min(endedNanos + full - nowNanos, maxHoldNanos));
    }

    private long fullHoldNanos() {
        if (!flushedBefore || share <= idleShare) {
            return 0;
        }
        return (long) (Math.min(1, (share - idleShare) / (busyShare - idleShare)) * maxHoldNanos);
    }

    /**
     * @param sockets that were written to, at least 1
     * @param frames that they got, at least one each
     */
    public void flushed(long beginNanos, long endNanos, int sockets, long frames) {
        if (flushedBefore) {
            long full = fullHoldNanos();
            if (full > 0 && beginNanos - endedNanos >= full - TIMER_NANOS) {
                joined += JOINED_WEIGHT * ((double) frames / sockets - 1 - joined);
                triedNanos = endNanos;
            }
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
