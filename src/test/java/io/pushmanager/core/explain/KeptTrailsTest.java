package io.pushmanager.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.explain.KeptTrails.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTrailsTest {

    private static final class Trail {
        final String id;
        final int bytes;
        final long since;
        Fate fate = Fate.FORGOTTEN;

        Trail(String id, int bytes, long since) {
            this.id = id;
            this.bytes = bytes;
            this.since = since;
        }
    }

    private static final KeptTrails.Judge<Trail> JUDGE = new KeptTrails.Judge<>() {
        @Override
        public Fate fate(Trail trail, long nowNanos) {
            return trail.fate;
        }

        @Override
        public int bytes(Trail trail) {
            return trail.bytes;
        }

        @Override
        public long sinceNanos(Trail trail) {
            return trail.since;
        }

        @Override
        public boolean isOf(Trail trail, String messageId) {
            return trail.id.equals(messageId);
        }
    };

    private static KeptTrails<Trail> kept(int maxPushes, long maxBytes) {
        return new KeptTrails<>(new ExplainLimits(true, maxPushes, maxBytes, 1), JUDGE);
    }

    @Test
    void slowAndFailedOnesOutliveTheOthers() {
        KeptTrails<Trail> kept = kept(8, 1 << 20);
        Trail slow = new Trail("slow", 10, 1);
        slow.fate = Fate.SLOW;
        Trail failed = new Trail("failed", 10, 2);
        failed.fate = Fate.FAILED;
        kept.add(slow, 1);
        kept.add(failed, 2);
        kept.add(new Trail("usual", 10, 3), 3);
        for (int i = 0; i < 1_000; i++) {
            kept.add(new Trail("later", 10, 4 + i), 4 + i);
        }

        assertThat(kept.find("slow")).containsExactly(slow);
        assertThat(kept.find("failed")).containsExactly(failed);
        assertThat(kept.find("usual")).isEmpty();
        assertThat(kept.kept()).isEqualTo(new Kept(4, 1, 1, 1_000));
    }

    @Test
    void itIsJudgedByWhatIsKnownWhenItIsPushedOut() {
        KeptTrails<Trail> kept = kept(4, 1 << 20);
        Trail trail = new Trail("x", 10, 1);
        kept.add(trail, 1);
        trail.fate = Fate.FAILED;
        kept.add(new Trail("y", 10, 2), 2);
        kept.add(new Trail("z", 10, 3), 3);

        assertThat(kept.kept()).isEqualTo(new Kept(2, 0, 1, 2));
    }

    /** Against lists that do the same without care. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void keepsWhatTheModelKeepsWithinItsBounds(long seed) {
        Random random = new Random(seed);
        int maxPushes = 4 + random.nextInt(40);
        long maxBytes = 400 + random.nextInt(4_000);
        KeptTrails<Trail> kept = kept(maxPushes, maxBytes);
        int quarter = maxPushes / 4;
        List<Trail> recent = new ArrayList<>();
        List<Trail> slow = new ArrayList<>();
        List<Trail> failed = new ArrayList<>();
        for (int now = 1; now <= 2_000; now++) {
            Trail trail = new Trail("m" + random.nextInt(60), 1 + random.nextInt(90), now);
            recent.add(trail);
            kept.add(trail, now);
            while (isOver(recent, maxPushes - 2 * quarter, 2 * (maxBytes / 4))) {
                Trail old = recent.remove(0);
                if (old.fate != Fate.FORGOTTEN) {
                    List<Trail> ring = old.fate == Fate.SLOW ? slow : failed;
                    ring.add(old);
                    while (isOver(ring, quarter, maxBytes / 4)) {
                        ring.remove(0);
                    }
                }
            }
            Trail some = recent.get(random.nextInt(recent.size()));
            some.fate = Fate.values()[random.nextInt(3)];

            String id = "m" + random.nextInt(60);
            List<Trail> expected = new ArrayList<>();
            for (List<Trail> ring : List.of(recent, slow, failed)) {
                ring.stream().filter(one -> one.id.equals(id)).forEach(expected::add);
            }
            expected.sort((a, b) -> Long.compare(b.since, a.since));
            assertThat(kept.find(id)).as("seed %d, round %d", seed, now).containsExactlyElementsOf(expected);
            assertThat(kept.kept())
                    .as("seed %d, round %d", seed, now)
                    .isEqualTo(new Kept(recent.size(), slow.size(), failed.size(), recent.get(0).since));
            assertThat(kept.bytes()).isEqualTo(bytes(recent) + bytes(slow) + bytes(failed));
        }
    }

    private static boolean isOver(List<Trail> ring, int count, long bytes) {
        return ring.size() > count || (bytes(ring) > bytes && ring.size() > 1);
    }

    private static long bytes(List<Trail> ring) {
        return ring.stream().mapToLong(trail -> trail.bytes).sum();
    }
}
