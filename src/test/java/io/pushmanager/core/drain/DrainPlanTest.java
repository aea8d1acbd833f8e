package io.pushmanager.core.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DrainPlanTest {

    @Test
    void clientsComeBackAtThePace() {
        DrainPlan plan = DrainPlan.of(2_000, 1_000, 10_000);
        assertThat(plan.spreadMillis()).isEqualTo(2_000);
        assertThat(plan.isCompressed()).isFalse();
        assertThat(plan.perSecond()).isEqualTo(1_000);
        assertThat(plan.reconnectAfterMillis(0)).isZero();
        assertThat(plan.reconnectAfterMillis(1_000)).isEqualTo(1_000);
        assertThat(plan.reconnectAfterMillis(1_999)).isEqualTo(1_999);
    }

    @Test
    void fewClientsDoNotWaitForOneAnotherLongerThanThePaceAsks() {
        DrainPlan plan = DrainPlan.of(3, 1_000, 10_000);
        assertThat(plan.reconnectAfterMillis(2)).isEqualTo(2);
    }

    @Test
    void aPaceThatNeedsMoreThanTheGraceIsCompressed() {
        DrainPlan plan = DrainPlan.of(100_000, 1_000, 10_000);
        assertThat(plan.isCompressed()).isTrue();
        assertThat(plan.wantedMillis()).isEqualTo(100_000);
        assertThat(plan.spreadMillis()).isEqualTo(8_000);
        assertThat(plan.perSecond()).isCloseTo(12_500, within(0.1));
    }

    @Test
    void theLastClientOfALongGraceHasFiveSecondsToMove() {
        assertThat(DrainPlan.of(1_000_000, 1_000, 600_000).spreadMillis()).isEqualTo(595_000);
    }

    @Test
    void withoutGraceEverybodyGoesAtOnce() {
        DrainPlan plan = DrainPlan.of(10, 1, 0);
        assertThat(plan.isCompressed()).isTrue();
        assertThat(plan.reconnectAfterMillis(9)).isZero();
        assertThat(plan.perSecond()).isEqualTo(10_000);
    }

    @Test
    void aNodeWithoutClientsHasAPlanToo() {
        DrainPlan plan = DrainPlan.of(0, 1, 10_000);
        assertThat(plan.isCompressed()).isFalse();
        assertThat(plan.reconnectAfterMillis(0)).isZero();
        assertThat(plan.reconnectAfterMillis(1)).isZero();
    }

    @Test
    void thoseWhoCameLateAreSpreadLikeTheFirst() {
        DrainPlan plan = DrainPlan.of(10, 10, 10_000);
        assertThat(plan.reconnectAfterMillis(13)).isEqualTo(plan.reconnectAfterMillis(3));
    }

    @Test
    void noSecondHasMoreThanThePaceAndNobodyIsTooLate() {
        long seed = 20_261_121L;
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int connections = 1 + random.nextInt(5_000);
            int perSecond = 1 + random.nextInt(3_000);
            long grace = random.nextInt(30_000);
            DrainPlan plan = DrainPlan.of(connections, perSecond, grace);
            List<Long> times = new ArrayList<>();
            for (int place = 0; place < connections; place++) {
                times.add(plan.reconnectAfterMillis(place));
            }
            String which = "seed " + seed + ", round " + round + ": " + plan;
            assertThat(times).as(which).isSorted().allMatch(time -> time <= grace);
            if (!plan.isCompressed()) {
                assertThat(mostInASecond(times)).as(which).isLessThanOrEqualTo(perSecond + 1);
            }
        }
    }

    private static int mostInASecond(List<Long> times) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= 1_000) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}
