package io.pushmanager.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(50, 2_000);

    @Test
    void doublesUpToTheMaximum() {
        assertThat(backoff.delayNanos(1, 1)).isEqualTo(50);
        assertThat(backoff.delayNanos(2, 1)).isEqualTo(100);
        assertThat(backoff.delayNanos(6, 1)).isEqualTo(1_600);
        assertThat(backoff.delayNanos(7, 1)).isEqualTo(2_000);
        assertThat(backoff.delayNanos(Integer.MAX_VALUE, 1)).isEqualTo(2_000);
    }

    @Test
    void leavesHalfToChance() {
        assertThat(backoff.delayNanos(2, 0)).isEqualTo(50);
        assertThat(backoff.delayNanos(2, 0.5)).isEqualTo(75);
    }

    @Test
    void neverOverflows() {
        Backoff wide = new Backoff(Long.MAX_VALUE / 3, Long.MAX_VALUE);

        for (int failures = 0; failures < 200; failures++) {
            assertThat(wide.delayNanos(failures, 0.999)).isPositive();
        }
    }

    @Test
    void refusesAMaximumBelowTheMinimum() {
        assertThatThrownBy(() -> new Backoff(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growsByDoublingOnlyAndDoesNotJumpToItsMaximum() {
        assertThat(new Backoff(50, 201).delayNanos(3, 1)).isEqualTo(200);
        assertThat(new Backoff(50, 201).delayNanos(4, 1)).isEqualTo(201);
    }

    @Test
    void mayBeConstant() {
        assertThat(new Backoff(1, 1).delayNanos(9, 0.5)).isEqualTo(1);
    }
}
