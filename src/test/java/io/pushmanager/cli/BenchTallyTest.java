package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Priority;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchTallyTest {

    private static final long MILLI = 1_000_000;

    private final BenchPlan plan =
            new BenchPlan("r", List.of("ws://a/ws"), 5, 2, 10, 64, 1, 1, BenchApi.STREAM, Priority.NORMAL);
    private final BenchTally tally = new BenchTally(plan);

    @Test
    void roomsShareTheConnectionsAsEvenlyAsTheyCan() {
        assertThat(plan.members(0)).isEqualTo(3);
        assertThat(plan.members(1)).isEqualTo(2);
    }

    @Test
    void latencyRunsFromTheIntendedTimeAndLeavesOutTheWarmUp() {
        tally.accepted(0);
        tally.arrived(new BenchMark(0, 0), 900 * MILLI);
        tally.accepted(15);
        tally.arrived(new BenchMark(100 * MILLI, 15), 107 * MILLI);

        BenchResult result = tally.result(0);

        assertThat(result.latencyMicros().getTotalCount()).isEqualTo(1);
        assertThat(result.latencyMicros().getMaxValue()).isBetween(7_000L, 7_010L);
    }

    @Test
    void oneTooManyDoesNotMakeUpForOneTooFew() {
        tally.accepted(0); // three members
        tally.accepted(1); // two members
        for (int i = 0; i < 4; i++) {
            tally.arrived(new BenchMark(1, 0), 2);
        }
        tally.arrived(new BenchMark(1, 1), 2);

        BenchResult result = tally.result(0);

        assertThat(result.expected()).isEqualTo(5);
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.duplicates()).isEqualTo(1);
        assertThat(result.unanswered()).isEqualTo(18);
        assertThat(result.isComplete()).isFalse();
    }

    @Test
    void markIsFoundInTheFrameThatCarriesIt() {
        BenchMark mark = new BenchMark(123_456_789L, 42);
        String data = mark.toData(64);

        assertThat(data).hasSize(64);
        assertThat(BenchMark.in("{\"type\":\"push\",\"content\":{\"type\":\"BENCH\",\"data\":\"" + data + "\"}}"))
                .isEqualTo(mark);
        assertThat(BenchMark.in("{\"type\":\"push\",\"content\":{\"data\":\"@@1@@;\"}}"))
                .isNull();
        assertThat(BenchMark.in("{\"type\":\"welcome\"}")).isNull();
    }
}
