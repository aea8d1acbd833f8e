package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a soak compares and what it writes; the soak itself is a case of {@code scripts/chaos}. */
class SoakTest {

    private static final long MEGABYTE = 1L << 20;
    private static final SoakSample BASELINE = sample(7, 20 * MEGABYTE, 100, 40, 25);

    @Test
    void aProcessThatIsBackWhereItWasIsFine() {
        assertThat(SoakJudge.findings(BASELINE, BASELINE)).isEmpty();
        assertThat(SoakJudge.findings(BASELINE, sample(7, 10 * MEGABYTE, 50, 30, 1)))
                .isEmpty();
    }

    @Test
    void aLittleMoreIsNoLeak() {
        assertThat(SoakJudge.findings(BASELINE, sample(7, 25 * MEGABYTE, 106, 43, 31)))
                .isEmpty();
    }

    @Test
    void eachKindOfLeakIsNamed() {
        assertThat(SoakJudge.findings(BASELINE, sample(7, 25 * MEGABYTE + 1, 100, 40, 25)))
                .singleElement()
                .asString()
                .startsWith("m1: 26,214,401 bytes of live heap, at the baseline 20,971,520");
        assertThat(SoakJudge.findings(BASELINE, sample(7, 20 * MEGABYTE, 107, 40, 25)))
                .containsExactly("m1: 107 open files, at the baseline 100, at most 106");
        assertThat(SoakJudge.findings(BASELINE, sample(7, 20 * MEGABYTE, 100, 44, 25)))
                .containsExactly("m1: 44 threads, at the baseline 40, at most 43");
        assertThat(SoakJudge.findings(BASELINE, sample(7, 20 * MEGABYTE, 100, 40, 32)))
                .containsExactly("m1: 32 timers, at the baseline 25, at most 31");
    }

    @Test
    void whatIsNotKnownIsNotFine() {
        assertThat(SoakJudge.findings(BASELINE, sample(7, SoakSample.UNKNOWN, 100, 40, 25)))
                .containsExactly("m1: bytes of live heap not known");
    }

    @Test
    void anotherProcessIsNotCompared() {
        assertThat(SoakJudge.findings(BASELINE, sample(8, 20 * MEGABYTE, 100, 40, 25)))
                .hasSize(1);
    }

    @Test
    void theBaselineIsTakenWhenCachesAreFull() {
        assertThat(SoakJudge.warmUpSeconds(30)).isEqualTo(300);
        assertThat(SoakJudge.warmUpSeconds(5)).isEqualTo(120);
    }

    @Test
    void aLineOfTheCsvHasAFieldForEachNameOfItsHeaderAndLeavesTheUnknownOut() {
        SoakSample sample = sample(7, SoakSample.UNKNOWN, 100, 40, SoakSample.UNKNOWN);
        assertThat(sample.csv()).isEqualTo("2026-11-21T10:00:00.500Z,61.5,m1,7,1,30,,50,100,40,,3,4,5,0,0");
        assertThat(sample.csv().split(",", -1)).hasSameSizeAs(SoakSample.HEADER.split(","));
    }

    @Test
    void ofAHistogramTheTotalAndTheTimersAreTaken() {
        HeapHistogram histogram = HeapHistogram.parse(" num     #instances         #bytes  class name (module)\n"
                + "-------------------------------------------------------\n"
                + "   1:         30531        2863256  [B (java.base@17.0.15)\n"
                + "  88:            17           1088  io.netty.util.concurrent.ScheduledFutureTask\n"
                + "  99:             5            160  io.netty.util.concurrent.ScheduledFutureTask$1\n"
                + "Total        245311       12345678\n");
        assertThat(histogram).isEqualTo(new HeapHistogram(12_345_678, 17));
        assertThat(HeapHistogram.parse("7:\njava.io.IOException: no such process"))
                .isEqualTo(new HeapHistogram(SoakSample.UNKNOWN, SoakSample.UNKNOWN));
    }

    private static SoakSample sample(long pid, long heapLive, long files, long threads, long timers) {
        return new SoakSample(
                "2026-11-21T10:00:00.500Z",
                61.5,
                "m1",
                pid,
                true,
                30,
                heapLive,
                50,
                files,
                threads,
                timers,
                3,
                4,
                5,
                0,
                0);
    }
}
