package io.pushmanager.core.retry;

/**
 * How long to wait after failures in a row: doubling from {@code minNanos} to {@code maxNanos}, half of it by chance, so that
 * many who failed together do not come back together.
 */
public record Backoff(long minNanos, long maxNanos) {

    public Backoff {
        if (minNanos < 1 || maxNanos < minNanos) {
            throw new IllegalArgumentException(
                    "minNanos: " + minNanos + ", maxNanos: " + maxNanos + " (expected: 1 <= min <= max)");
        }
    }

    /**
     * @param failures in a row so far, at least 1
     * @param random in [0, 1)
     */
    public long delayNanos(int failures, double random) {
        int doublings = Math.min(Math.max(failures, 1) - 1, 62);
        long ceiling = minNanos > (maxNanos >> doublings) ? maxNanos : minNanos << doublings;
        long half = ceiling / 2;
        return ceiling - half + (long) (half * random);
    }
}
