package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconnectTest {

    @ParameterizedTest
    @ValueSource(ints = {1001, 1006, 1011, 1012, 1013, 4100, 4101, 4199})
    void codesThatAskToComeBack(int code) {
        assertThat(CloseDecision.of(code).reconnect()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 4000, 4099})
    void codesThatAskToStayAway(int code) {
        assertThat(CloseDecision.of(code).reconnect()).isFalse();
    }

    @Test
    void policyIsDenied() {
        assertThat(CloseDecision.of(1008).exitCode()).isEqualTo(ExitCode.DENIED);
        assertThat(CloseDecision.of(4000).exitCode()).isEqualTo(ExitCode.FAILURE);
        assertThat(CloseDecision.of(1000).exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void delayDoublesWithinItsUpperHalfUpToALimit() {
        long seed = 42;
        ReconnectDelay delay = new ReconnectDelay(new Random(seed));

        for (long full = 500; full < 30_000; full *= 2) {
            assertThat(delay.nextMillis()).as("seed %d", seed).isBetween(full / 2, full);
        }
        assertThat(delay.nextMillis()).isBetween(15_000L, 30_000L);
        delay.reset();
        assertThat(delay.nextMillis()).isBetween(250L, 500L);
    }

    @Test
    void idsAreRememberedUpToTheBound() {
        RecentIds ids = new RecentIds(2);

        assertThat(ids.add("a")).isTrue();
        assertThat(ids.add("b")).isTrue();
        assertThat(ids.add("a")).isFalse();
        assertThat(ids.add("c")).isTrue();
        assertThat(ids.add("a")).isTrue();
    }
}
