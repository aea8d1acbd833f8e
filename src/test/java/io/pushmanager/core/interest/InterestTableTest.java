package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class InterestTableTest {

    private static final int SEEDS = 25;
    private static final int STEPS = 400;
    private static final int MAX_BYTES_PER_ENTRY = 48;

    /** Against sets of sets: few hashes, so that nodes share them and segments are crowded. */
    @Test
    void knowsWhatAPlainModelKnows() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            new Run(seed).play();
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
        private final long[] hashes;
        private final Map<String, NodeInterest<String>> nodes = new HashMap<>();
        private final Map<String, Set<Long>> rooms = new HashMap<>();
        private final Map<String, Set<Long>> users = new HashMap<>();
        private int named;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            hashes = new long[40];
            for (int i = 0; i < hashes.length; i++) {
                // two segments, and few different low bits: hashes stand in one another's way
                hashes[i] = ((long) random.nextInt(2) << 54) | ((long) i << 20) | random.nextInt(4);
            }
            hashes[0] = 0;
            hashes[1] = -1;
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> addNode();
                    case 1 -> snapshot();
                    case 2 -> removeNode();
                    case 3 -> table.clean();
                    default -> update();
                }
                check(step);
            }
            while (table.clean()) {
                // to the end
            }
            long pairs = rooms.values().stream().mapToLong(Set::size).sum()
                    + users.values().stream().mapToLong(Set::size).sum();
            assertThat(table.entries())
                    .as("seed %d: nothing dead is left", seed)
                    .isEqualTo(pairs);
        }

        private void addNode() {
            if (nodes.size() < 12) {
                named++;
                String name = "node-" + named;
                nodes.put(name, table.add(name));
                rooms.put(name, new HashSet<>());
                users.put(name, new HashSet<>());
            }
        }

        private void removeNode() {
            String name = anyNode();
            if (name != null) {
                table.remove(nodes.remove(name));
                rooms.remove(name);
                users.remove(name);
            }
        }

        private void snapshot() {
            String name = anyNode();
            if (name == null) {
                return;
            }
            rooms.get(name).clear();
            users.get(name).clear();
            int pieces = 1 + random.nextInt(3);
            for (int i = 0; i < pieces; i++) {
                apply(name, i == 0, i == pieces - 1);
            }
        }

        private void update() {
            String name = anyNode();
            if (name != null && nodes.get(name).isComplete()) {
                apply(name, false, true);
            }
        }

        private void apply(String name, boolean begins, boolean ends) {
            long[] roomsAdded = some();
            long[] roomsRemoved = without(some(), roomsAdded);
            long[] usersAdded = some();
            long[] usersRemoved = without(some(), usersAdded);
            table.apply(
                    nodes.get(name),
                    new InterestChange(1, 1, begins, ends, false, roomsAdded, roomsRemoved, usersAdded, usersRemoved));
            change(rooms.get(name), roomsAdded, roomsRemoved);
            change(users.get(name), usersAdded, usersRemoved);
        }

        private void check(int step) {
            for (long hash : hashes) {
                Set<String> ofRoom = new TreeSet<>();
                table.ofRoom(hash, node -> ofRoom.add(node.node()));
                assertThat(ofRoom).as("seed %d, step %d: room", seed, step).isEqualTo(holding(rooms, hash));
                Set<String> ofUser = new TreeSet<>();
                table.ofUser(hash, node -> ofUser.add(node.node()));
                assertThat(ofUser).as("seed %d, step %d: user", seed, step).isEqualTo(holding(users, hash));
            }
        }

        private String anyNode() {
            List<String> names = new ArrayList<>(new TreeSet<>(nodes.keySet()));
            return names.isEmpty() ? null : names.get(random.nextInt(names.size()));
        }

        private long[] some() {
            return random.longs(random.nextInt(12), 0, hashes.length)
                    .distinct()
                    .map(index -> hashes[(int) index])
                    .toArray();
        }

        private static long[] without(long[] all, long[] others) {
            return Arrays.stream(all)
                    .filter(hash -> Arrays.stream(others).noneMatch(other -> other == hash))
                    .toArray();
        }

        private static void change(Set<Long> set, long[] added, long[] removed) {
            Arrays.stream(added).forEach(set::add);
            Arrays.stream(removed).forEach(set::remove);
        }

        private static Set<String> holding(Map<String, Set<Long>> kind, long hash) {
            Set<String> holding = new TreeSet<>();
            kind.forEach((name, held) -> {
                if (held.contains(hash)) {
                    holding.add(name);
                }
            });
            return holding;
        }
    }

    @Test
    void holdsAMillionRoomsAndAMillionUsersInAtMost48BytesEach() {
        InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
        Random random = new Random(7);
        double most = 0;
        int nodes = 10;
        for (int i = 0; i < nodes; i++) {
            NodeInterest<String> node = table.add("node-" + i);
            for (int piece = 0; piece < 20; piece++) {
                long[] rooms = random.longs(5_000).toArray();
                long[] users = random.longs(5_000).toArray();
                table.apply(
                        node,
                        new InterestChange(
                                1, 1, piece == 0, piece == 19, false, rooms, new long[0], users, new long[0]));
                if (table.entries() > 50_000) { // below that it is nothing
                    most = Math.max(most, (double) table.bytes() / table.entries());
                }
            }
        }

        assertThat(table.entries()).isEqualTo(2_000_000);
        assertThat(most).isLessThanOrEqualTo(MAX_BYTES_PER_ENTRY);
    }

    @Test
    void givesMemoryBackWhenMostHasGone() {
        InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
        NodeInterest<String> stays = table.add("stays");
        NodeInterest<String> goes = table.add("goes");
        Random random = new Random(8);
        long[] few = random.longs(50_000).toArray();
        long[] many = random.longs(500_000).toArray();
        long[] none = {};
        table.apply(stays, new InterestChange(1, 1, true, true, false, few, none, none, none));
        table.apply(goes, new InterestChange(1, 1, true, true, false, many, none, none, none));

        table.remove(goes);
        int steps = 1;
        while (table.clean()) {
            steps++;
        }

        assertThat(steps).as("bounded work each").isGreaterThan(100);
        assertThat(table.entries()).isEqualTo(50_000);
        assertThat(table.bytes()).isLessThan(50_000L * MAX_BYTES_PER_ENTRY);
        for (int i = 0; i < few.length - 100; i++) {
            table.apply(stays, new InterestChange(1, 2, false, true, false, none, new long[] {few[i]}, none, none));
        }
        assertThat(table.bytes()).as("100 entries are left").isLessThan(250_000);
    }

    @Test
    void findsNobodyOfANodeThatIsGoneBeforeItIsClearedAway() {
        InterestTable<String> table = new InterestTable<>(0x1D8A_F066_54C9_9B15L);
        NodeInterest<String> node = table.add("node");
        long[] none = {};
        table.apply(node, new InterestChange(1, 1, true, true, false, new long[] {5}, none, none, none));
        table.remove(node);

        List<String> found = new ArrayList<>();
        table.ofRoom(5, holder -> found.add(holder.node()));

        assertThat(found).isEmpty();
        assertThat(table.hasRoom(node, 5)).isFalse();
    }
}
