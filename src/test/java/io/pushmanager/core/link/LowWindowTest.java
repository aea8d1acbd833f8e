package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside a node that takes one push after another, each for so long, at the end of a line that takes so long. */
class LowWindowTest {

    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000 * MICRO;
    private static final long SECOND = 1_000 * MILLI;

    private final Random random = new Random(5);
    private long now = -3 * SECOND;
    private long id;
    private boolean noisy;

    @ParameterizedTest
    @CsvSource({"10, 200", "3, 100", "2000, 100", "20, 20000"})
    void keepsTheNodeBusyWithAboutAsMuchAsItTakesInTheWantedTime(long serviceMicros, long lineMicros) {
        LowWindow window = new LowWindow(MILLI, 1_024);
        Flood settling = flood(window, serviceMicros * MICRO, lineMicros * MICRO, 4 * SECOND);
        Flood settled = flood(window, serviceMicros * MICRO, lineMicros * MICRO, 12 * SECOND);

        assertThat(settling.taken).isPositive();
        assertThat(settled.busyShare())
                .as("of the node's time, " + window.limit() + " under way")
                .isGreaterThan(serviceMicros * 1_024 < lineMicros ? 0.0 : 0.85);
        assertThat(settled.longestWait)
                .as("of a push that comes meanwhile")
                .isLessThan(2 * MILLI + (2 * serviceMicros + lineMicros) * MICRO);
    }

    @Test
    void aNodeThatStandsStillLeavesOneUnderWay() {
        LowWindow window = new LowWindow(MILLI, 1_024);
        flood(window, 10 * MICRO, 100 * MICRO, SECOND);
        flood(window, 50 * MILLI, 100 * MICRO, 20 * SECOND);

        assertThat(window.limit()).isLessThanOrEqualTo(2);
    }

    /** Now and then the answer is late for reasons of its own. */
    @Test
    void aMomentInWhichNobodyHadTheProcessorMakesItNoSmaller() {
        LowWindow window = new LowWindow(MILLI, 1_024);
        flood(window, 10 * MICRO, 200 * MICRO, 4 * SECOND);
        int before = window.limit();
        noisy = true;
        flood(window, 10 * MICRO, 200 * MICRO, 4 * SECOND);

        assertThat(window.limit()).isGreaterThan(before / 2);
    }

    @Test
    void afterABreakWhatWasUnderWayCountsOnAndIsNotMeasured() {
        LowWindow window = new LowWindow(MILLI, 4);
        for (int i = 1; i <= 4; i++) {
            window.sent(i, 0);
        }
        assertThat(window.allowsMore()).isFalse();

        window.broke();
        assertThat(window.allowsMore()).isFalse();
        window.consumed(1, 60 * SECOND);
        assertThat(window.allowsMore()).isTrue();
        assertThat(window.limit()).isEqualTo(4);
        window.clear();
        assertThat(window.allowsMore()).isTrue();
    }

    private record Sent(long id, long consumedNanos) {}

    private static final class Flood {
        long taken;
        long busyNanos;
        long longestWait;
        long lasted;

        double busyShare() {
            return (double) busyNanos / lasted;
        }
    }

    /** As much as the window allows, for so long; at the end everything is consumed. */
    private Flood flood(LowWindow window, long service, long line, long time) {
        Flood flood = new Flood();
        ArrayDeque<Sent> underWay = new ArrayDeque<>();
        long end = now + time;
        long freeAt = now;
        while (now - end < 0 || !underWay.isEmpty()) {
            while (now - end < 0 && window.allowsMore()) {
                id++;
                window.sent(id, now);
                long arrives = now + line / 2;
                long begins = arrives - freeAt > 0 ? arrives : freeAt;
                flood.longestWait = Math.max(flood.longestWait, begins - arrives);
                freeAt = begins + service;
                flood.busyNanos += service;
                underWay.addLast(new Sent(id, freeAt + line / 2 + random.nextInt(20) * MICRO));
            }
            Sent first = underWay.removeFirst();
            now = first.consumedNanos - now > 0 ? first.consumedNanos : now;
            if (noisy && random.nextInt(300) == 0) {
                now += 5 * MILLI;
            }
            window.consumed(first.id, now);
            flood.taken++;
        }
        flood.lasted = now - end + time;
        return flood;
    }
}
