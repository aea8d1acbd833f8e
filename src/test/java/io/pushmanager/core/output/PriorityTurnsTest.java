package io.pushmanager.core.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Priority;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PriorityTurnsTest {

    private final PriorityTurns turns = new PriorityTurns();

    @Test
    void theHighestThatWaitsGoesFirst() {
        assertThat(turns.next(true, true, true)).isEqualTo(Priority.HIGH);
        assertThat(turns.next(false, true, true)).isEqualTo(Priority.NORMAL);
        assertThat(turns.next(false, false, true)).isEqualTo(Priority.LOW);
        assertThat(turns.next(false, false, false)).isNull();
    }

    @Test
    void nobodyIsPassedOverForEver() {
        Map<Priority, Integer> gone = new EnumMap<>(Priority.class);
        for (int i = 0; i < 1_800; i++) {
            gone.merge(turns.next(true, true, true), 1, Integer::sum);
        }
        assertThat(gone.get(Priority.LOW)).isGreaterThanOrEqualTo(100);
        assertThat(gone.get(Priority.NORMAL)).isGreaterThanOrEqualTo(95);
        assertThat(gone.get(Priority.HIGH)).isGreaterThanOrEqualTo(1_500);
    }

    @Test
    void patienceBeginsAnewWhenSomebodyHasHadATurn() {
        for (int i = 0; i < PriorityTurns.PATIENCE; i++) {
            assertThat(turns.next(true, false, true)).isEqualTo(Priority.HIGH);
        }
        assertThat(turns.next(true, false, true)).isEqualTo(Priority.LOW);
        assertThat(turns.next(true, false, true)).isEqualTo(Priority.HIGH);
    }
}
