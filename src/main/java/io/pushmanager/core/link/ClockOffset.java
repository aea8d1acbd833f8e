package io.pushmanager.core.link;

/**
 * How far the clock here is ahead of the clock of a peer, from the stamps on what the peer sends: the least difference seen lately,
 * which is the offset and the shortest delay on the way.
 *
 * <p>The differences are kept in two halves of {@code halfNanos}. A half ends when a stamp comes after it, so that a process that was
 * frozen, and then reads what has waited all the while, still has what it knew before: old stamps must not look as if they were fresh.
 *
 * <p><b>Bound:</b> two numbers. <b>Time:</b> both clocks are monotonic nanoseconds and may be anywhere in their range. <b>Thread:</b>
 * confined to one event loop. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
public final class ClockOffset {

    /** How much two clocks may part in 30 s, at 100 ppm. */
    public static final long DRIFT_NANOS = 3_000_000;

    private final long halfNanos;
    private boolean known;
    private long startedNanos;
    private long current;
    private long previous;
    private long roundTripNanos;

    public ClockOffset(long halfNanos) {
        this.halfNanos = halfNanos;
    }

    /** Something has arrived now that was sent at {@code sentNanos}, by the peer's clock. */
    public void note(long sentNanos, long nowNanos) {
        long difference = nowNanos - sentNanos;
        if (!known) {
            known = true;
            startedNanos = nowNanos;
            current = difference;
            previous = difference;
        } else if (nowNanos - startedNanos >= halfNanos) {
            startedNanos = nowNanos;
            previous = current;
            current = difference;
        } else if (difference - current < 0) {
            current = difference;
        }
    }

    /** The shortest round trip that the peer has measured; 0 leaves what was known. */
    public void noteRoundTrip(long nanos) {
        if (nanos > 0) {
            roundTripNanos = nanos;
        }
    }

    /** The time here when the peer's clock says {@code peerNanos}: never too early, and late by {@link #errorNanos} at most. */
    public long toLocal(long peerNanos) {
        return peerNanos + (previous - current < 0 ? previous : current);
    }

    /** Nothing has arrived yet: {@link #toLocal} means nothing. */
    public boolean isUnknown() {
        return !known;
    }

    /** 0 as long as it is not known. */
    public long errorNanos() {
        return roundTripNanos == 0 ? 0 : roundTripNanos + DRIFT_NANOS;
    }
}
