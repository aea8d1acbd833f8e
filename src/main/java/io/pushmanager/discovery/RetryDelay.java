package io.pushmanager.discovery;

import io.pushmanager.core.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to wait before etcd is asked again, after failures in a row.
 *
 * <p><b>Bound:</b> 2 s. <b>Thread:</b> confined to one.
 */
final class RetryDelay {

    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(100).toNanos(), Duration.ofSeconds(2).toNanos());

    private final RandomGenerator random;
    private int failures;

    RetryDelay(RandomGenerator random) {
        this.random = random;
    }

    long afterFailureMillis() {
        failures++;
        return TimeUnit.NANOSECONDS.toMillis(BACKOFF.delayNanos(failures, random.nextDouble()));
    }

    void succeeded() {
        failures = 0;
    }
}
