package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClockOffsetTest {

    private static final long HALF = TimeUnit.SECONDS.toNanos(15);
    private static final long MILLI = 1_000_000;

    private final ClockOffset clock = new ClockOffset(HALF);

    @Test
    void meansNothingBeforeTheFirstStamp() {
        assertThat(clock.isUnknown()).isTrue();
        clock.note(0, 5);
        assertThat(clock.isUnknown()).isFalse();
    }

    @Test
    void takesTheLeastDifference() {
        clock.note(0, 100);
        clock.note(10, 105);
        clock.note(20, 150);

        assertThat(clock.toLocal(1_000)).isEqualTo(1_095);
    }

    @Test
    void worksWhereverTheClocksStand() {
        clock.note(Long.MAX_VALUE - 1, Long.MIN_VALUE + 10);
        clock.note(Long.MAX_VALUE, Long.MIN_VALUE + 5);

        assertThat(clock.toLocal(Long.MAX_VALUE)).isEqualTo(Long.MIN_VALUE + 5);
    }

    @Test
    void forgetsADifferenceAfterTwoHalves() {
        clock.note(0, 10);
        long now = 0;
        for (int i = 0; i < 31; i++) {
            now += TimeUnit.SECONDS.toNanos(1);
            clock.note(now, now + 50);
        }

        assertThat(clock.toLocal(0)).isEqualTo(50);
    }

    @Test
    void rememberWhatItKnewWhenItHasBeenFrozen() {
        clock.note(0, 10);
        long frozen = TimeUnit.MINUTES.toNanos(5);

        clock.note(1, frozen); // was sent right then and waited in a buffer
        clock.note(2, frozen + 1);

        assertThat(clock.toLocal(0)).isEqualTo(10);
    }

    @Test
    void saysItsErrorOnceTheRoundTripIsKnown() {
        assertThat(clock.errorNanos()).isZero();
        clock.noteRoundTrip(2 * MILLI);
        clock.noteRoundTrip(0);

        assertThat(clock.errorNanos()).isEqualTo(5 * MILLI);
    }

    /** Delays, drift of 100 ppm, and pauses of either side: never too early, and never later than the bound. */
    @Test
    void isNeverTooEarlyAndNeverLaterThanItsBound() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            ClockOffset tried = new ClockOffset(HALF);
            long offset = random.nextLong();
            double rate = 1 + (random.nextDouble() - 0.5) * 2e-4;
            long shortest = MILLI / 2;
            tried.noteRoundTrip(2 * shortest);
            long peer = 0;
            for (int step = 0; step < 400; step++) {
                peer += random.nextInt(500) * MILLI;
                // A fresh way at least every few seconds, as probes see to it; the others may be held up at will.
                long delay = step % 5 == 0 ? shortest : shortest + random.nextInt(20_000) * MILLI;
                tried.note(peer, local(peer, rate, offset) + delay);
                if (step >= 5) {
                    long late = tried.toLocal(peer) - local(peer, rate, offset);
                    assertThat(late).as("seed " + seed).isBetween(-ClockOffset.DRIFT_NANOS, tried.errorNanos());
                }
            }
        }
    }

    private static long local(long peer, double rate, long offset) {
        return (long) (peer * rate) + offset;
    }
}
