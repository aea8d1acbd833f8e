package io.pushmanager.core.time;

import java.util.function.LongSupplier;

/**
 * The two clocks of a process, passed in so that tests can turn them.
 *
 * @param monotonicNanos for durations and deadlines; only differences mean anything
 * @param epochMillis wall clock, for timestamps that leave the process; may jump
 */
public record Clocks(LongSupplier monotonicNanos, LongSupplier epochMillis) {

    public long nanoTime() {
        return monotonicNanos.getAsLong();
    }

    public long currentTimeMillis() {
        return epochMillis.getAsLong();
    }
}
