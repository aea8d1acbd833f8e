package io.pushmanager.core.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final Breaker breaker = new Breaker(new Backoff(50, 2_000), 1_000);

    @Test
    void letsTheFirstProbeThroughAtOnce() {
        assertThat(breaker.tryProbe(0)).isTrue();
    }

    @Test
    void letsOneProbeThroughAtATime() {
        breaker.tryProbe(0);

        assertThat(breaker.tryProbe(1_000_000)).isFalse();
    }

    @Test
    void asksForNoProbeWhileThePeerWorks() {
        breaker.tryProbe(0);
        breaker.succeeded(0);

        assertThat(breaker.isClosed()).isTrue();
        assertThat(breaker.tryProbe(1_000_000)).isFalse();
    }

    @Test
    void waitsForTheBackOffAfterAFailure() {
        breaker.tryProbe(0);
        long delay = breaker.failed(0, 0.5);

        assertThat(breaker.tryProbe(delay - 1)).isFalse();
        assertThat(breaker.tryProbe(delay)).isTrue();
    }

    @Test
    void forgetsFailuresOnceThePeerHasWorkedForLongEnough() {
        for (int i = 0; i < 5; i++) {
            breaker.failed(0, 1);
        }
        breaker.succeeded(0);

        assertThat(breaker.failed(1_000, 1)).isEqualTo(50);
    }

    @Test
    void goesOnGrowingTheBackOffOfAPeerThatFlaps() {
        breaker.failed(0, 1);
        breaker.succeeded(0);

        assertThat(breaker.failed(999, 1)).isEqualTo(100);
    }

    @Test
    void costsADeadPeerAboutOneProbeInTheLongestBackOff() {
        Random random = new Random(7);
        Breaker dead = new Breaker(new Backoff(50_000_000L, 2_000_000_000L), 2_000_000_000L);
        int probes = 0;
        for (long now = 0; now < 60_000_000_000L; now += 1_000_000L) {
            if (dead.tryProbe(now)) {
                probes++;
                dead.failed(now, random.nextDouble());
            }
        }

        assertThat(probes).isBetween(30, 60);
    }

    @Test
    void isClosedOnlyWhileThePeerWorks() {
        assertThat(breaker.isClosed()).isFalse();
        breaker.tryProbe(0);
        assertThat(breaker.isClosed()).isFalse();
        breaker.succeeded(0);
        assertThat(breaker.isClosed()).isTrue();
        breaker.failed(0, 1);
        assertThat(breaker.isClosed()).isFalse();
    }

    @Test
    void aPeerThatFlapsLateIsNoBetterThanOneThatFlapsEarly() {
        breaker.failed(5_000, 1);
        breaker.succeeded(6_000);

        assertThat(breaker.failed(6_999, 1)).isEqualTo(100);
    }
}
