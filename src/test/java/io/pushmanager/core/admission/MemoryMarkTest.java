package io.pushmanager.core.admission;

import static io.pushmanager.core.admission.MemoryMark.State.CALM;
import static io.pushmanager.core.admission.MemoryMark.State.LOST;
import static io.pushmanager.core.admission.MemoryMark.State.SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryMarkTest {

    private static final long SECOND = 1_000_000_000L;

    private final MemoryMark mark = new MemoryMark(0.8);

    @Test
    void isCalmWhileCollectionsLeaveRoom() {
        assertThat(mark.look(0.79, 1, 10, 0)).isEqualTo(CALM);
        assertThat(mark.look(0.79, 2, 20, SECOND)).isEqualTo(CALM);
    }

    @Test
    void isShortFromTheFirstCollectionThatLeavesTooMuchUntilOneLeavesMuchLess() {
        assertThat(mark.look(0.80, 1, 10, 0)).isEqualTo(SHORT);
        assertThat(mark.look(0.75, 2, 20, SECOND)).as("no flapping").isEqualTo(SHORT);
        assertThat(mark.look(0.69, 3, 30, 2 * SECOND)).isEqualTo(CALM);
    }

    @Test
    void letsWorkInAgainWhenNothingIsCollectedAnyMore() {
        mark.look(0.9, 1, 10, 0);

        assertThat(mark.look(0.9, 1, 10, 2 * SECOND - 1)).isEqualTo(SHORT);
        assertThat(mark.look(0.9, 1, 10, 2 * SECOND)).isEqualTo(CALM);
        assertThat(mark.look(0.9, 1, 10, 3 * SECOND)).as("the same collection").isEqualTo(CALM);
        assertThat(mark.look(0.9, 2, 20, 4 * SECOND)).isEqualTo(SHORT);
    }

    @Test
    void isLostWhenItDoesLittleElseThanCollect() {
        long collections = 1;
        mark.look(0.99, collections, 0, 0);
        MemoryMark.State last = SHORT;
        for (long second = 1; second <= 10; second++) {
            last = mark.look(0.99, ++collections, second * 600, second * SECOND);
            assertThat(last).isEqualTo(second < 10 ? SHORT : LOST);
        }
    }

    @Test
    void isNotLostWhileItMostlyWorks() {
        long collections = 1;
        mark.look(0.99, collections, 0, 0);
        for (long second = 1; second <= 60; second++) {
            assertThat(mark.look(0.99, ++collections, second * 400, second * SECOND))
                    .isEqualTo(SHORT);
        }
    }
}
