package io.pushmanager.core.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FlushPaceTest {

    private static final long MILLI = 1_000_000L;
    private static final long MAX_HOLD = 10 * MILLI;
    private static final int SOCKETS = 200;

    private final FlushPace pace = new FlushPace(MAX_HOLD, 0.25, 0.6);
    private long now = -5 * MILLI; // clocks may start anywhere

    @Test
    void firstFlushIsMadeAtOnce() {
        assertThat(pace.holdNanos(now)).isZero();
    }

    @Test
    void cheapFlushesAreNeverHeld() {
        for (int i = 0; i < 100; i++) {
            flushTaking(MILLI / 10, 1);
            assertThat(pace.holdNanos(now)).isZero();
            now += 4 * MILLI;
        }
    }

    @Test
    void busyLoopIsHeldForTheWholeTimeAfterItsLastFlush() {
        makeBusy();
        assertThat(pace.holdNanos(now)).isEqualTo(MAX_HOLD);
        assertThat(pace.holdNanos(now + 4 * MILLI)).isEqualTo(6 * MILLI);
        assertThat(pace.holdNanos(now + 10 * MILLI)).isZero();
    }

    @Test
    void shareIsTheSameWhetherDeliveriesAreFlushedOneByOneOrTogether() {
        FlushPace together = new FlushPace(MAX_HOLD, 0.25, 0.6);
        long time = 0;
        for (int i = 0; i < 100; i++) {
            together.flushed(time, time + MILLI, SOCKETS, 4 * SOCKETS);
            time += 10 * MILLI;
            flushTaking(MILLI, 1);
            now += 3 * MILLI / 2;
        }
        assertThat(together.share()).isCloseTo(0.4, within(0.01));
        assertThat(pace.share()).isCloseTo(0.4, within(0.01));
        assertThat(together.holdNanos(time)).isZero();
        assertThat(together.holdNanos(time - 9 * MILLI))
                .isBetween(4 * MILLI, 5 * MILLI); // (0.4 - 0.25) / 0.35 of 10 ms
    }

    @Test
    void pushesToDifferentSocketsMakeNoBusyLoop() {
        for (int i = 0; i < 100; i++) {
            pace.flushed(now, now + 2 * MILLI, 6 * SOCKETS, 6 * SOCKETS); // six rooms, one push each
            now += 10 * MILLI;
        }
        assertThat(pace.share()).isCloseTo(0.2, within(0.01));
        assertThat(pace.holdNanos(now - 8 * MILLI)).isZero();
    }

    @Test
    void whatJoinsNothingIsNotHeldAndIsTriedAgainOnceInAHundredHolds() {
        makeBusy();
        int held = 0;
        int flushes = 0;
        long end = now + 10_000 * MILLI;
        while (now < end) {
            long hold = pace.holdNanos(now);
            held += hold > 0 ? 1 : 0;
            flushes++;
            now += hold == 0 ? MILLI / 2 : hold;
            pace.flushed(now, now + MILLI, SOCKETS, SOCKETS); // busy, and whatever comes is for another room
            now += MILLI;
        }
        assertThat(flushes).isGreaterThan(6_000);
        assertThat(held).isBetween(8, 14);
    }

    @Test
    void afterATryThatJoinedMuchEverythingIsHeldAgain() {
        whatJoinsNothingIsNotHeldAndIsTriedAgainOnceInAHundredHolds();
        while (pace.holdNanos(now) == 0) {
            pace.flushed(now, now + MILLI, SOCKETS, SOCKETS);
            now += 3 * MILLI / 2;
        }
        now += MAX_HOLD;
        pace.flushed(now, now + MILLI, SOCKETS, 8 * SOCKETS);
        now += MILLI;
        assertThat(pace.holdNanos(now)).isEqualTo(MAX_HOLD);
    }

    @Test
    void holdIsProportionalBetweenTheTwoShares() {
        long holdBefore = 0;
        for (long everyMicros : new long[] {3_600, 3_000, 2_500, 2_000}) {
            FlushPace some = new FlushPace(MAX_HOLD, 0.25, 0.6);
            long time = 0;
            for (int i = 0; i < 100; i++) {
                some.flushed(time, time + MILLI / 2, SOCKETS, 2 * SOCKETS);
                time += everyMicros * 1_000;
            }
            long hold = some.holdNanos(time - everyMicros * 1_000 + MILLI / 2);
            assertThat(hold).isBetween(holdBefore + 1, MAX_HOLD - 1);
            holdBefore = hold;
        }
    }

    @Test
    void oneLongFlushMakesNoBusyLoop() {
        flushTaking(MILLI / 10, 1);
        now += 4 * MILLI;
        flushTaking(50 * MILLI, 1); // the machine was elsewhere
        assertThat(pace.holdNanos(now)).isZero();
    }

    @Test
    void busyLoopThatBecomesQuietIsHeldNoMore() {
        makeBusy();
        for (int i = 0; i < 20; i++) {
            now += 100 * MILLI;
            flushTaking(MILLI, 1);
        }
        assertThat(pace.holdNanos(now)).isZero();
    }

    @Test
    void withoutAHoldEveryFlushIsMadeAtOnce() {
        FlushPace never = new FlushPace(0, 0.25, 0.6);
        for (int i = 0; i < 100; i++) {
            never.flushed(now, now + MILLI, SOCKETS, 10 * SOCKETS);
            now += MILLI;
            assertThat(never.holdNanos(now)).isZero();
        }
    }

    private void makeBusy() {
        for (int i = 0; i < 100; i++) {
            flushTaking(MILLI, 8);
            now += 8 * MILLI;
        }
        flushTaking(MILLI, 8);
    }

    private void flushTaking(long nanos, int framesEach) {
        pace.flushed(now, now + nanos, SOCKETS, (long) framesEach * SOCKETS);
        now += nanos;
    }
}
