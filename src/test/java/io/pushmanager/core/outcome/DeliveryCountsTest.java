package io.pushmanager.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryCountsTest {

    @Test
    void eachCountIsAddedToItsOwn() {
        assertThat(new DeliveryCounts(1, 2, 3, 4, 5, 6, 7).plus(new DeliveryCounts(10, 20, 30, 40, 50, 60, 70)))
                .isEqualTo(new DeliveryCounts(11, 22, 33, 44, 55, 66, 77));
    }

    @Test
    void noneChangesNothing() {
        DeliveryCounts counts = new DeliveryCounts(6, 1, 1, 1, 1, 1, 1);

        assertThat(counts.plus(DeliveryCounts.NONE)).isEqualTo(counts);
        assertThat(DeliveryCounts.NONE.plus(counts)).isEqualTo(counts);
    }

    /** Whichever count it is that the connection went to. */
    @Test
    void aConnectionMatchedIsCountedOnceMore() {
        DeliveryCounts counts = new DeliveryCounts(63, 1, 2, 4, 8, 16, 32);
        assertThat(counts.reconciles()).isTrue();

        assertThat(counts.plus(new DeliveryCounts(1, 0, 0, 0, 0, 0, 0)).reconciles())
                .isFalse();
        assertThat(counts.plus(new DeliveryCounts(0, 1, 0, 0, 0, 0, 0)).reconciles())
                .isFalse();
        assertThat(counts.plus(new DeliveryCounts(1, 0, 0, 0, 0, 0, 1)).reconciles())
                .isTrue();
    }

    /** The promise of the contract for a total: it reconciles because every node's counts do. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aTotalOfCountsThatReconcileReconciles(long seed) {
        Random random = new Random(seed);
        DeliveryCounts total = DeliveryCounts.NONE;
        long connections = 0;
        for (int node = 0; node < 100; node++) {
            long[] parts = random.longs(6, 0, 1_000_000_000_000L).toArray();
            long matched = 0;
            for (long part : parts) {
                matched += part;
            }
            total = total.plus(new DeliveryCounts(matched, parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]));
            connections += matched;
        }

        assertThat(total.matched()).as("seed %d", seed).isEqualTo(connections);
        assertThat(total.reconciles()).as("seed %d", seed).isTrue();
    }
}
