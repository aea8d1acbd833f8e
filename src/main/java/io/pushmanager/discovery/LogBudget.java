package io.pushmanager.discovery;

import io.pushmanager.core.time.Clocks;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets so many lines of one kind through a minute and counts the others.
 *
 * <p><b>Thread:</b> confined to one.
 */
final class LogBudget {

    private static final Logger log = LoggerFactory.getLogger(LogBudget.class);
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int linesPerMinute;
    private final Clocks clocks;
    private long windowBeganNanos;
    private int lines;

    LogBudget(int linesPerMinute, Clocks clocks) {
        this.linesPerMinute = linesPerMinute;
        this.clocks = clocks;
        this.windowBeganNanos = clocks.nanoTime();
    }

    void run(Runnable line) {
        long now = clocks.nanoTime();
        if (now - windowBeganNanos >= WINDOW_NANOS) {
            if (lines > linesPerMinute) {
                log.info("{} lines like the last ones were left out", lines - linesPerMinute);
            }
            windowBeganNanos = now;
            lines = 0;
        }
        lines++;
        if (lines <= linesPerMinute) {
            line.run();
        } else if (lines == linesPerMinute + 1) {
            log.info("more lines like the last ones are left out for a minute");
        }
    }
}
