package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashCountsTest {

    @Test
    void isAMapOfNumbersWithoutZeros() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            HashCounts counts = new HashCounts(random.nextLong());
            Map<Long, Integer> model = new HashMap<>();
            int hashes = 1 + random.nextInt(200);
            for (int step = 0; step < 2_000; step++) {
                long hash = random.nextInt(hashes) * (random.nextBoolean() ? 1L : 1L << 40);
                int change = random.nextInt(5) - 2;
                int sum = model.merge(hash, change, Integer::sum);
                model.values().removeIf(number -> number == 0);

                assertThat(counts.add(hash, change)).as("seed %d", seed).isEqualTo(sum);
            }
            assertThat(counts.size()).isEqualTo(model.size());
            assertThat(counts.withSign(1)).containsExactlyInAnyOrder(keys(model, 1));
            assertThat(counts.withSign(-1)).containsExactlyInAnyOrder(keys(model, -1));
        }
    }

    @Test
    void isEmptyOnceCleared() {
        HashCounts counts = new HashCounts(1);
        for (long hash = 0; hash < 1_000; hash++) {
            counts.add(hash, 1);
        }

        counts.clear();

        assertThat(counts.size()).isZero();
        assertThat(counts.withSign(1)).isEmpty();
        assertThat(counts.add(7, 1)).isEqualTo(1);
    }

    private static long[] keys(Map<Long, Integer> model, int sign) {
        return model.entrySet().stream()
                .filter(entry -> Integer.signum(entry.getValue()) == sign)
                .mapToLong(Map.Entry::getKey)
                .toArray();
    }
}
