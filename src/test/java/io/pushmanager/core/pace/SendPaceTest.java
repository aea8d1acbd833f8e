package io.pushmanager.core.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SendPaceTest {

    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;
    private static final long MAX_HOLD = 2 * MILLI;

    private final SendPace pace = new SendPace(MAX_HOLD, 0.02, 0.12);
    private long now = -5 * MILLI; // clocks may start anywhere

    @Test
    void firstWriteIsMadeAtOnce() {
        assertThat(pace.holdNanos(now)).isZero();
    }

    @Test
    void cheapWritesAreNeverHeld() {
        for (int i = 0; i < 500; i++) {
            writeTaking(10 * MICRO, 1);
            assertThat(pace.holdNanos(now)).isZero();
            now += MILLI;
        }
    }

    @Test
    void linksThatAreWrittenRightAfterOneAnotherAreNoBusyLoop() {
        for (int i = 0; i < 500; i++) {
            for (int link = 0; link < 4; link++) {
                writeTaking(10 * MICRO, 1);
                assertThat(pace.holdNanos(now)).isZero();
            }
            now += 4 * MILLI;
        }
    }

    @Test
    void busyLoopHoldsForTheWholeTimeAfterItsLastWrite() {
        makeBusy();
        assertThat(pace.holdNanos(now)).isEqualTo(MAX_HOLD);
        assertThat(pace.holdNanos(now + MILLI / 2)).isEqualTo(3 * MILLI / 2);
        assertThat(pace.holdNanos(now + MAX_HOLD)).isZero();
    }

    @Test
    void shareIsTheSameWhetherPushesAreWrittenOneByOneOrTogether() {
        SendPace together = new SendPace(MAX_HOLD, 0.02, 0.12);
        long time = 0;
        for (int i = 0; i < 1_000; i++) {
            together.wrote(time, time + 14 * MICRO, 5);
            time += MILLI;
            for (int push = 0; push < 5; push++) {
                writeTaking(14 * MICRO, 1);
                now += 186 * MICRO;
            }
        }
        assertThat(together.share()).isCloseTo(0.07, within(0.003));
        assertThat(pace.share()).isCloseTo(0.07, within(0.003));
        assertThat(together.holdNanos(time - 986 * MICRO)).isBetween(9 * MAX_HOLD / 20, 11 * MAX_HOLD / 20);
    }

    @Test
    void fewPushesInARowAfterAPauseAreNotHeld() {
        writeTaking(10 * MICRO, 1);
        now += 1_000 * MILLI;
        for (int i = 0; i < 20; i++) {
            writeTaking(20 * MICRO, 1);
            assertThat(pace.holdNanos(now)).isZero();
        }
    }

    @Test
    void busyLoopThatBecomesQuietHoldsNoMore() {
        makeBusy();
        now += 1_000 * MILLI;
        writeTaking(20 * MICRO, 1);
        assertThat(pace.holdNanos(now)).isZero();
    }

    @Test
    void withoutAHoldEverythingIsWrittenAtOnce() {
        SendPace never = new SendPace(0, 0.02, 0.12);
        for (int i = 0; i < 100; i++) {
            never.wrote(now, now + MILLI, 10);
            now += MILLI;
            assertThat(never.holdNanos(now)).isZero();
        }
    }

    private void makeBusy() {
        for (int i = 0; i < 200; i++) {
            writeTaking(200 * MICRO, 8);
            now += MILLI;
        }
        writeTaking(200 * MICRO, 8);
    }

    private void writeTaking(long nanos, int writes) {
        pace.wrote(now, now + nanos, writes);
        now += nanos;
    }
}
