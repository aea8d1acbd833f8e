package io.pushmanager.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BeatRingTest {

    private static final long MILLI = 1_000_000;
    private static final long INTERVAL = 1_000 * MILLI;
    private static final long TURN = INTERVAL / BeatRing.MOST_TURNS;

    private final BeatRing<String> ring = new BeatRing<>(INTERVAL, 0);

    private List<String> dueAt(long nanos) {
        List<String> due = new ArrayList<>();
        ring.due(nanos, due::add);
        return due;
    }

    @Test
    void oneAloneBeatsAnIntervalAfterItJoinedAndThenOnceInEach() {
        ring.join("a", 5 * MILLI);

        assertThat(ring.nextNanos()).isEqualTo(INTERVAL);
        assertThat(dueAt(INTERVAL - 1)).isEmpty();
        assertThat(dueAt(INTERVAL)).containsExactly("a");
        assertThat(dueAt(INTERVAL + TURN)).isEmpty();
        assertThat(ring.nextNanos()).isEqualTo(2 * INTERVAL);
    }

    @Test
    void nobodyIsDueWhereNobodyHasJoined() {
        assertThat(ring.nextNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(dueAt(INTERVAL)).isEmpty();
    }

    @Test
    void thoseThatJoinTogetherAreSpreadOverTheInterval() {
        for (int i = 0; i < 500; i++) {
            ring.join("n" + i, 0);
        }

        List<Integer> sizes = new ArrayList<>();
        for (int turn = 1; turn <= BeatRing.MOST_TURNS; turn++) {
            sizes.add(dueAt(turn * TURN).size());
        }

        IntSummaryStatistics spread = sizes.stream().mapToInt(Integer::intValue).summaryStatistics();
        assertThat(spread.getSum()).isEqualTo(500);
        assertThat(spread.getMax() - spread.getMin()).isLessThanOrEqualTo(1);
    }

    @Test
    void whoComesLongAfterAnIdleTimeDoesNotBeatTwiceInARow() {
        ring.join("a", 0);
        dueAt(INTERVAL);

        ring.join("b", INTERVAL + INTERVAL / 2);

        assertThat(dueAt(INTERVAL + INTERVAL / 2 + TURN)).isEmpty();
        assertThat(dueAt(2 * INTERVAL)).containsExactly("a");
        assertThat(dueAt(2 * INTERVAL + INTERVAL / 2)).containsExactly("b");
    }

    @Test
    void turnsThatWereMissedAreMadeUpForOnce() {
        ring.join("a", 0);
        ring.join("b", 0);

        assertThat(dueAt(10 * INTERVAL)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whoLeavesBeforeItsTurnIsNotDueEvenInTheSameTurn() {
        BeatRing<Runnable> tasks = new BeatRing<>(MILLI, 0);
        List<String> ran = new ArrayList<>();
        List<BeatRing.Place<Runnable>> places = new ArrayList<>();
        places.add(tasks.join(
                () -> {
                    ran.add("first");
                    places.get(0).leave();
                    places.get(1).leave();
                },
                0));
        places.add(tasks.join(() -> ran.add("second"), 0));
        places.add(tasks.join(() -> ran.add("third"), 0));

        tasks.due(MILLI, Runnable::run);

        assertThat(ran).containsExactly("first", "third");
    }

    @Test
    void everybodyBeatsOnceInEachIntervalWhoeverComesAndGoes() {
        for (int seed = 0; seed < 50; seed++) {
            new Coming(seed).run();
        }
    }

    /** Some come and some go, at random times, while the turns run. */
    private static final class Coming {

        private final int seed;
        private final Random random;
        private final BeatRing<Integer> ring = new BeatRing<>(INTERVAL, 0);
        private final Map<Integer, BeatRing.Place<Integer>> places = new HashMap<>();
        private final Map<Integer, Long> lastBeat = new HashMap<>();
        private long now;

        Coming(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            for (int joined = 0; joined < 300; ) {
                int what = random.nextInt(4);
                if (what == 0) {
                    places.put(joined, ring.join(joined, now));
                    lastBeat.put(joined, now);
                    joined++;
                } else if (what == 1 && !places.isEmpty() && random.nextBoolean()) {
                    int gone = places.keySet().iterator().next();
                    places.remove(gone).leave();
                    lastBeat.remove(gone);
                }
                runUntil(now + random.nextInt((int) (3 * TURN)));
            }
            runUntil(now + INTERVAL);
            assertThat(lastBeat.keySet()).as("seed %d", seed).isEqualTo(places.keySet());
            assertThat(lastBeat.values()).as("seed %d", seed).allMatch(beat -> now - beat <= INTERVAL);
        }

        private void runUntil(long later) {
            for (now = ring.nextNanos(); now <= later; now = ring.nextNanos()) {
                ring.due(now, this::beats);
            }
            now = later;
        }

        private void beats(int who) {
            long since = now - lastBeat.put(who, now);
            assertThat(since).as("seed %d, %d", seed, who).isBetween(1L, INTERVAL);
        }
    }
}
