package io.pushmanager.core.link;

/**
 * The shortest round trip of the last 15 to 30 s.
 *
 * <p>In two halves: the older one is forgotten when the younger is full, so that a way that became longer is noticed.
 * <b>Thread:</b> its owner's. <b>Time:</b> the caller passes monotonic nanoseconds.
 */
public final class RoundTrips {

    /** What {@link #shortestNanos} answers before the first one. */
    public static final long NONE = 0;

    private static final long HALF_NANOS = 15_000_000_000L;

    private long halfSinceNanos;
    private long younger = Long.MAX_VALUE;
    private long older = Long.MAX_VALUE;

    public RoundTrips(long nowNanos) {
        halfSinceNanos = nowNanos;
    }

    public void add(long roundTripNanos, long nowNanos) {
        turn(nowNanos);
        younger = Math.min(younger, Math.max(roundTripNanos, 1));
    }

    public long shortestNanos(long nowNanos) {
        turn(nowNanos);
        long shortest = Math.min(younger, older);
        return shortest == Long.MAX_VALUE ? NONE : shortest;
    }

    private void turn(long nowNanos) {
        long age = nowNanos - halfSinceNanos;
        if (age >= HALF_NANOS) {
            older = age >= 2 * HALF_NANOS ? Long.MAX_VALUE : younger;
            younger = Long.MAX_VALUE;
            halfSinceNanos = nowNanos;
        }
    }
}
