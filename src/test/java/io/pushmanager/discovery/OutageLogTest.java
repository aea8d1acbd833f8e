package io.pushmanager.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pushmanager.core.time.Clocks;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("fault-1")
class OutageLogTest {

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLog.class);
    private long now = -5;
    private final OutageLog log = new OutageLog("etcd [e:1]", new Clocks(() -> now, () -> 0));

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void saysOnceAMinuteThatEtcdIsAwayAndOnceThatItIsBack() {
        for (int tenth = 0; tenth < 1_500; tenth++) { // two and a half minutes
            log.failed("list", "connection\nrefused");
            now += TimeUnit.MILLISECONDS.toNanos(100);
        }
        log.succeeded();
        log.succeeded();

        assertThat(told())
                .containsExactly(
                        "etcd [e:1] does not answer (list: connection\\nrefused); asking again",
                        "etcd [e:1] does not answer (list: connection\\nrefused), 599 more failures since the last line; asking again",
                        "etcd [e:1] does not answer (list: connection\\nrefused), 599 more failures since the last line; asking again",
                        "etcd [e:1] answers");
    }

    @Test
    void anEtcdThatComesAndGoesDoesNotFillTheLog() {
        for (int i = 0; i < 100; i++) {
            log.failed("list", "x");
            log.succeeded();
        }

        assertThat(told()).hasSize(2);
    }

    @Test
    void triesAreJitteredAndAtMostTwoSecondsApart() {
        RetryDelay delay = new RetryDelay(new Random(7));
        long before = 0;
        for (int i = 0; i < 1_000; i++) {
            long millis = delay.afterFailureMillis();
            long step = Math.min(100L << Math.min(i, 10), 2_000);
            assertThat(millis).isBetween(step / 2, step);
            before += i >= 500 && millis < 1_500 ? 1 : 0;
        }
        assertThat(before).as("spread over the upper half").isBetween(150L, 350L);
        delay.succeeded();
        assertThat(delay.afterFailureMillis()).isLessThanOrEqualTo(100);
    }

    private List<String> told() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
