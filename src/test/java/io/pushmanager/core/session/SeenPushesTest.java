package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeenPushesTest {

    private final SeenPushes seen = new SeenPushes(3, 100);

    @Test
    void newPushIsForEveryone() {
        assertThat(seen.note("m", 1, 1, 50, 0)).isZero();
    }

    @Test
    void repeatIsForThoseWhoCameSinceTheLastTime() {
        seen.note("m", 1, 1, 50, 0);
        assertThat(seen.note("m", 1, 1, 60, 0)).isEqualTo(50);
        assertThat(seen.note("m", 1, 1, 70, 0)).isEqualTo(60);
    }

    @Test
    void otherContentConflictsAndChangesNothing() {
        seen.note("m", 1, 1, 50, 0);
        assertThat(seen.note("m", 2, 1, 60, 0)).isEqualTo(SeenPushes.CONFLICT);
        assertThat(seen.note("m", 1, 1, 70, 0)).isEqualTo(50);
    }

    @Test
    void otherTargetIsNoRepeat() {
        seen.note("m", 1, 1, 50, 0);
        assertThat(seen.note("m", 1, 2, 60, 0)).isZero();
        assertThat(seen.note("m", 1, 2, 70, 0)).isEqualTo(60);
        assertThat(seen.note("m", 1, 1, 80, 0)).isEqualTo(50);
    }

    @Test
    void forgetsAfterTheWindow() {
        seen.note("m", 1, 1, 50, 0);
        assertThat(seen.note("m", 1, 1, 60, 99)).isEqualTo(50);
        assertThat(seen.note("m", 1, 1, 70, 198)).isEqualTo(60);
        assertThat(seen.note("m", 1, 1, 80, 298)).isZero();
    }

    @Test
    void forgetsTheLongestUntouchedFirst() {
        seen.note("a", 1, 1, 1, 0);
        seen.note("b", 1, 1, 2, 0);
        seen.note("c", 1, 1, 3, 0);
        seen.note("a", 1, 1, 4, 0);
        seen.note("d", 1, 1, 5, 0);
        assertThat(seen.note("a", 1, 1, 6, 0)).isEqualTo(4);
        assertThat(seen.note("b", 1, 1, 7, 0)).isZero();
    }

    @Test
    void targetsOfOneIdCountAgainstTheBound() {
        for (int target = 0; target < 10; target++) {
            seen.note("m", 1, target, 1, 0);
            assertThat(seen.size()).isLessThanOrEqualTo(3);
        }
    }

    /** While nothing falls out, it agrees with a map that never forgets. */
    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void agreesWithAMapThatNeverForgets(long seed) {
        Random random = new Random(seed);
        SeenPushes large = new SeenPushes(1_000_000, Long.MAX_VALUE);
        Map<String, Long> contents = new HashMap<>();
        Map<String, Long> sequences = new HashMap<>();
        for (long sequence = 1; sequence < 20_000; sequence++) {
            String id = "m" + random.nextInt(500);
            long content = random.nextInt(2);
            long target = random.nextInt(3);
            long answer = large.note(id, content, target, sequence, sequence);
            if (contents.getOrDefault(id, content) != content) {
                assertThat(answer).as("seed %d", seed).isEqualTo(SeenPushes.CONFLICT);
                continue;
            }
            contents.put(id, content);
            Long before = sequences.put(id + "/" + target, sequence);
            assertThat(answer).as("seed %d", seed).isEqualTo(before == null ? 0 : before);
        }
        assertThat(large.size()).isEqualTo(sequences.size());
    }

    @Test
    void keepsAsManyAsItsBound() {
        seen.note("a", 1, 1, 1, 0);
        seen.note("b", 1, 1, 2, 0);
        seen.note("c", 1, 1, 3, 0);

        assertThat(seen.size()).isEqualTo(3);
        assertThat(seen.note("a", 1, 1, 4, 0)).isEqualTo(1);
    }

    @Test
    void forgetsEveryTargetOfAnIdTogether() {
        seen.note("m", 1, 1, 1, 0);
        seen.note("m", 1, 2, 2, 0);
        seen.note("m", 1, 3, 3, 0);

        seen.note("other", 1, 1, 4, 100);

        assertThat(seen.size()).isEqualTo(1);
    }
}
