package io.pushmanager.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pushmanager.core.time.Clocks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a monotonic clock may wrap
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RateLimitedLog log;

    RateLimitedLogTest() {
        Logger logger = new LoggerContext().getLogger("test");
        lines.start();
        logger.addAppender(lines);
        log = new RateLimitedLog(logger, Duration.ofNanos(100), new Clocks(now::get, () -> 0));
    }

    private List<String> lines() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void repeatedEventsWithinTheIntervalAreCountedNotLogged() {
        for (int i = 0; i < 5; i++) {
            log.warn("lost {}", i);
        }
        now.addAndGet(99);
        log.warn("lost {}", 5);

        assertThat(lines()).containsExactly("lost 0");
    }

    @Test
    void nextIntervalTellsHowManyWereLeftOut() {
        log.warn("lost {}", 0);
        log.warn("lost {}", 1);
        log.warn("lost {}", 2);
        now.addAndGet(100);
        log.warn("lost {}", 3);
        now.addAndGet(100);
        log.warn("lost {}", 4);

        assertThat(lines()).containsExactly("lost 0", "lost 3 (and 2 more like it before)", "lost 4");
    }

    @Test
    void throwableAtTheEndKeepsItsStackTrace() {
        log.error("failed {}", "n1", new IllegalStateException("why"));

        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("why");
    }
}
