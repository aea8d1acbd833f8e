package io.pushmanager.cli;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts to connect: doubling from 500 ms to 30 s, each of them somewhere in its upper half, so that
 * clients of one failed node do not come back together. <b>Thread:</b> one.
 */
final class ReconnectDelay {

    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 30_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    ReconnectDelay(RandomGenerator random) {
        this.random = random;
    }

    long nextMillis() {
        long delay = jittered(nextMillis);
        nextMillis = Math.min(LONGEST_MILLIS, nextMillis * 2);
        return delay;
    }

    /** At least half of it, at most all of it. */
    long jittered(long millis) {
        return Math.max(1, millis - random.nextLong(millis / 2 + 1));
    }

    /** A server has welcomed us: the next loss begins anew. */
    void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
