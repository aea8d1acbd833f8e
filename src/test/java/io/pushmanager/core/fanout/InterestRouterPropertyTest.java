package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.interest.InterestChange;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The router beside one that asks every node for every push. */
final class InterestRouterPropertyTest {

    private static final int SEEDS = 40;
    private static final int STEPS = 300;
    private static final long LEASE = 100;
    private static final long[] NONE = {};

    @Test
    void choosesTheNodesThatOneWouldThatAsksEach() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new Run(seed).play();
        }
    }

    /** What is known of one node, kept in the simplest way. */
    private static final class Model {
        final Set<Integer> rooms = new HashSet<>();
        final Set<Integer> users = new HashSet<>();
        boolean told;
        boolean complete;
        boolean allUsers;
        long leasedUntil = Long.MIN_VALUE;
        boolean closing;
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final InterestRouter router = new InterestRouter(id -> Integer.parseInt(id) * 0x9E37_79B9L, 7);
        private final NodeTable nodes = new NodeTable();
        private final Map<String, Model> models = new TreeMap<>();
        private long now;
        private int named;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.now = random.nextLong();
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                now += random.nextInt(5);
                change();
                check(step);
            }
        }

        private void change() {
            String name = anyNode();
            int what = random.nextInt(10);
            if (name == null || (what == 0 && models.size() < 8)) {
                named++;
                String added = "n" + named;
                nodes.opened(added, FanOutHarness.node(added));
                models.put(added, new Model());
                return;
            }
            Model model = models.get(name);
            switch (what) {
                case 1 -> {
                    nodes.closing(name);
                    model.closing = true;
                }
                case 2 -> {
                    NodeSlot gone = nodes.closed(name);
                    assertThat(gone).isNotNull();
                    router.closed(gone);
                    models.remove(name);
                }
                case 3 -> router.clean();
                case 4 -> tell(name, model, true);
                case 5, 6 -> {
                    if (model.complete) { // a grant counts with the table of its stream
                        router.granted(slot(name), 1, 0, now + LEASE);
                        model.leasedUntil = now + LEASE;
                    }
                }
                default -> {
                    if (model.told) {
                        tell(name, model, false);
                    }
                }
            }
        }

        private void tell(String name, Model model, boolean begins) {
            if (begins) {
                model.rooms.clear();
                model.users.clear();
                model.complete = false;
                model.told = true;
            }
            boolean ends = random.nextInt(4) > 0;
            boolean allUsers = random.nextInt(8) == 0;
            Set<Integer> rooms = some();
            Set<Integer> users = some();
            Set<Integer> left = some();
            left.removeAll(rooms);
            model.rooms.addAll(rooms);
            model.rooms.removeAll(left);
            model.users.addAll(users);
            model.complete |= ends;
            model.allUsers = allUsers || (model.allUsers && !ends);
            router.apply(
                    slot(name),
                    new InterestChange(1, 1, begins, ends, allUsers, hashes(rooms), hashes(left), hashes(users), NONE));
        }

        private void check(int step) {
            for (int i = 0; i < 3; i++) {
                int room = random.nextInt(6);
                int user = random.nextInt(6);
                int other = random.nextInt(6);
                check(step, Target.room("" + room), model -> model.rooms.contains(room));
                check(step, Target.user("" + user), model -> holds(model, user));
                check(
                        step,
                        new Target("", List.of("" + user, "" + other), Set.of()),
                        model -> holds(model, user) || holds(model, other));
                check(
                        step,
                        Target.userInRoom("" + user, "" + room),
                        model -> model.rooms.contains(room) && holds(model, user));
                check(step, Target.everyone(), model -> true);
            }
        }

        private static boolean holds(Model model, int user) {
            return model.allUsers || model.users.contains(user);
        }

        private void check(int step, Target target, Predicate<Model> concerned) {
            Set<String> expected = new TreeSet<>();
            models.forEach((name, model) -> {
                boolean trusted = model.complete && model.leasedUntil != Long.MIN_VALUE && model.leasedUntil - now > 0;
                if (!model.closing && (!trusted || concerned.test(model))) {
                    expected.add(name);
                }
            });
            List<String> chosen = new ArrayList<>();
            for (NodeSlot slot : router.route(push(target), nodes, now)) {
                chosen.add(slot.clientId());
            }
            assertThat(chosen)
                    .as("seed %d, step %d, %s: each once", seed, step, target)
                    .doesNotHaveDuplicates();
            assertThat(new TreeSet<>(chosen))
                    .as("seed %d, step %d, %s", seed, step, target)
                    .isEqualTo(expected);
        }

        private static PushMessage push(Target target) {
            return PushMessage.of(
                    "id",
                    false,
                    Api.PUSH_TO_ROOM,
                    target,
                    Content.text("hi", 1),
                    AckLevel.ACCEPTED,
                    Long.MAX_VALUE,
                    null);
        }

        private NodeSlot slot(String name) {
            NodeSlot slot = nodes.find(name);
            assertThat(slot).isNotNull();
            return slot;
        }

        private String anyNode() {
            List<String> names = new ArrayList<>(models.keySet());
            return names.isEmpty() ? null : names.get(random.nextInt(names.size()));
        }

        private Set<Integer> some() {
            Set<Integer> some = new TreeSet<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                some.add(random.nextInt(6));
            }
            return some;
        }

        private static long[] hashes(Set<Integer> ids) {
            return ids.stream().mapToLong(id -> id * 0x9E37_79B9L).toArray();
        }
    }
}
