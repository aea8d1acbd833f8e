package io.pushmanager.nodeclient;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Vertx;

/**
 * A timer that is armed often and seldom due.
 *
 * <p><b>Bound:</b> one timer of the event loop. <b>Time:</b> runs at most two milliseconds after the time it was armed for
 * while the event loop runs; maybe earlier, for a time that it was armed for before. <b>Thread:</b> event loop only.
 */
final class OneTimer {

    private static final long NO_TIMER = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Clocks clocks;
    private final Runnable due;

    private long timer = NO_TIMER;
    private long dueNanos;

    OneTimer(Vertx vertx, Clocks clocks, Runnable due) {
        this.vertx = vertx;
        this.clocks = clocks;
        this.due = due;
    }

    /** Leaves an earlier time as it is. {@link Long#MAX_VALUE} is no time. */
    void armAt(long nanos) {
        if (nanos == Long.MAX_VALUE || (timer != NO_TIMER && nanos - dueNanos >= 0)) {
            return;
        }
        cancel();
        dueNanos = nanos;
        timer = vertx.setTimer(Math.max(nanos - clocks.nanoTime(), 0) / NANOS_PER_MILLI + 1, now -> {
            timer = NO_TIMER;
            due.run();
        });
    }

    void cancel() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }
}
