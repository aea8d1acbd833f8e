package io.pushmanager.telemetry;

import io.pushmanager.core.time.Clocks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Logs a repeated event at most once an interval and says how many were left out since. One object for each kind of event.
 *
 * <p>The first is always logged. Those left out at the very end are told with the next one, if there is one.
 * <b>Thread:</b> any. <b>Time:</b> monotonic, from the clocks given.
 */
public final class RateLimitedLog {

    private final Logger log;
    private final long intervalNanos;
    private final Clocks clocks;
    private final AtomicLong nextNanos;
    private final AtomicLong suppressed = new AtomicLong();

    public RateLimitedLog(Logger log, Duration interval, Clocks clocks) {
        this.log = log;
        this.intervalNanos = interval.toNanos();
        this.clocks = clocks;
        this.nextNanos = new AtomicLong(clocks.nanoTime());
    }

    public void warn(String format, Object... arguments) {
        log(Level.WARN, format, arguments);
    }

    public void error(String format, Object... arguments) {
        log(Level.ERROR, format, arguments);
    }

    /** A last argument that is a Throwable is logged with its stack trace, as slf4j does. */
    public void log(Level level, String format, Object... arguments) {
        long now = clocks.nanoTime();
        long next = nextNanos.get();
        if (now - next < 0 || !nextNanos.compareAndSet(next, now + intervalNanos)) {
            suppressed.incrementAndGet();
            return;
        }
        long left = suppressed.getAndSet(0);
        log.atLevel(level).log(left == 0 ? format : format + " (and " + left + " more like it before)", arguments);
    }
}
