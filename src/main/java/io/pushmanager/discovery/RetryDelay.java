package io.pushmanager.discovery;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubled with each failure, and jittered so that processes which lost the same
 * etcd do not come back in step.
 *
 * <p><b>Bound:</b> 2 s. <b>Thread:</b> confined to one.
 */
final class RetryDelay {

    private static final long FIRST_MILLIS = 100;
    private static final long MAX_MILLIS = 2_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    RetryDelay(RandomGenerator random) {
        this.random = random;
    }

    /** Between half of the current step and all of it. */
    long afterFailureMillis() {
        long step = nextMillis;
        nextMillis = Math.min(step * 2, MAX_MILLIS);
        return step / 2 + random.nextLong(step / 2 + 1);
    }

    void succeeded() {
        nextMillis = FIRST_MILLIS;
    }
}
