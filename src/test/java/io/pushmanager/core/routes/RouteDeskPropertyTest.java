package io.pushmanager.core.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.outcome.PushError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random pushes, answers, failures and node events: order, single flight, age and exactly one end hold throughout. */
class RouteDeskPropertyTest {

    private static final long MILLI = 1_000_000;
    private static final long TTL = 500 * MILLI;
    private static final int SEEDS = 300;

    private static final class Run implements RouteDesk.Events {
        final Random random;
        final RouteDesk desk = new RouteDesk(new RouteLimits(TTL, TTL / 5, 3, 40, 4_000), this);
        final List<RouteDesk.Batch> underWay = new ArrayList<>();
        final List<Push> pushes = new ArrayList<>();
        final Map<RouteKey, Integer> lastRouted = new HashMap<>();
        long now;

        Run(long seed) {
            random = new Random(seed);
            now = random.nextLong() >> 8;
        }

        final class Push implements RouteDesk.Client {
            final int number = pushes.size();
            final RouteKey key = new RouteKey(random.nextBoolean(), "id-" + random.nextInt(4));
            final long arrived = now;
            final long patienceEnds = now + random.nextInt(2_000) * MILLI;
            final boolean renew = random.nextInt(10) == 0;
            int ends;

            @Override
            public void routed(Route route, long nowNanos) {
                ends++;
                if (renew) {
                    assertThat(route.asOfNanos()).isGreaterThan(arrived);
                } else {
                    assertThat(arrived - route.asOfNanos()).isLessThanOrEqualTo(TTL);
                }
                Integer before = lastRouted.put(key, number);
                assertThat(before == null || before < number)
                        .as("%s after %s at %s", number, before, key)
                        .isTrue();
            }

            @Override
            public void refused(PushError error) {
                ends++;
            }

            @Override
            public int sizeBytes() {
                return 1 + number % 150;
            }

            @Override
            public long patienceEndsNanos() {
                return patienceEnds;
            }
        }

        void step() {
            now += random.nextInt(4) == 0 ? random.nextInt(400) * MILLI : random.nextInt(1_000);
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> {
                    Push push = new Push();
                    pushes.add(push);
                    desk.ask(push.key, push, push.renew, now);
                }
                case 5, 6 -> {
                    RouteDesk.Batch batch = desk.next(now);
                    if (batch != null) {
                        underWay.add(batch);
                        assertSingleFlight();
                    }
                }
                case 7, 8 -> answer(true);
                case 9 -> answer(false);
                case 10 -> desk.advance(now);
                default -> {
                    if (random.nextInt(4) == 0) {
                        desk.nodesChanged();
                    }
                }
            }
        }

        void answer(boolean well) {
            if (underWay.isEmpty()) {
                return;
            }
            RouteDesk.Batch batch = underWay.remove(random.nextInt(underWay.size()));
            if (well) {
                List<List<NodeRef>> holders = new ArrayList<>();
                batch.keys()
                        .forEach(key ->
                                holders.add(random.nextBoolean() ? List.of() : List.of(new NodeRef("n", "a:1", "i"))));
                desk.answered(batch, new RouteAnswer(Set.of(), holders), now);
            } else {
                desk.failed(batch, "away", now);
            }
        }

        void assertSingleFlight() {
            Set<RouteKey> keys = new HashSet<>();
            for (RouteDesk.Batch batch : underWay) {
                for (RouteKey key : batch.keys()) {
                    assertThat(keys.add(key)).as("asked once at a time: " + key).isTrue();
                }
            }
        }

        void finish() {
            for (int i = 0; i < 100 && desk.isWaiting(); i++) {
                RouteDesk.Batch batch = desk.next(now);
                if (batch != null) {
                    underWay.add(batch);
                }
                answer(random.nextBoolean());
                now += 100 * MILLI;
                desk.advance(now);
            }
            assertThat(desk.waiting()).isZero();
            assertThat(pushes).allMatch(push -> push.ends == 1);
            assertThat(desk.entries()).isLessThanOrEqualTo(3);
        }

        @Override
        public void waits() {}

        @Override
        public void found() {}

        @Override
        public void rerouted() {}
    }

    @Test
    void eachPushEndsOnceInItsOrderByARouteThatIsYoungEnough() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed);
            try {
                for (int i = 0; i < 400; i++) {
                    run.step();
                }
                run.finish();
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }
}
