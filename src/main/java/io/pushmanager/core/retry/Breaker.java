package io.pushmanager.core.retry;

/**
 * Decides when a peer may be tried again: one probe at a time, further apart the longer it fails.
 *
 * <p>Closed while the peer works; open after a failure until the back-off is over; then one probe is let through. A peer
 * that fails soon after it came back is treated as if it had not: its back-off goes on growing, so a flapping
 * peer costs no more attempts than a dead one.
 *
 * <p><b>Thread:</b> confined to its owner. <b>Time:</b> the caller passes monotonic nanoseconds and randomness.
 */
public final class Breaker {

    private enum State {
        READY,
        PROBING,
        CLOSED,
        OPEN
    }

    private final Backoff backoff;
    private final long stableNanos;

    private State state = State.READY;
    private int failures;
    private long openUntilNanos;
    private long closedSinceNanos;

    /** @param stableNanos how long the peer must work before its earlier failures are forgotten */
    public Breaker(Backoff backoff, long stableNanos) {
        this.backoff = backoff;
        this.stableNanos = stableNanos;
    }

    /** Takes the one probe; false while the peer works, while another probe runs, or before its time. */
    public boolean tryProbe(long nowNanos) {
        if (state == State.OPEN && openUntilNanos - nowNanos <= 0) {
            state = State.READY;
        }
        if (state != State.READY) {
            return false;
        }
        state = State.PROBING;
        return true;
    }

    /** The probe worked. */
    public void succeeded(long nowNanos) {
        state = State.CLOSED;
        closedSinceNanos = nowNanos;
    }

    /** The probe failed, or the peer stopped working; how long to wait before {@link #tryProbe} will say yes. */
    public long failed(long nowNanos, double random) {
        if (state == State.CLOSED && nowNanos - closedSinceNanos >= stableNanos) {
            failures = 0;
        }
        failures = Math.min(failures + 1, 1_000);
        long delay = backoff.delayNanos(failures, random);
        state = State.OPEN;
        openUntilNanos = nowNanos + delay;
        return delay;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }
}
