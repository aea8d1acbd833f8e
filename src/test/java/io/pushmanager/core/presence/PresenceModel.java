package io.pushmanager.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.presence.UserState.Seat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Random lives of nodes, users and rooms, done to a store and to a model that keeps no index at all; after each step both
 * say the same.
 */
public final class PresenceModel {

    private static final int NODES = 3;
    private static final int USERS = 6;
    private static final int ROOMS = 4;

    private record Place(String nodeKey, String userId) {}

    private final Random random;
    private final PresenceCalls calls;
    private final Map<Place, UserState> places = new HashMap<>();
    private final Map<String, PresenceNode> nodes = new HashMap<>(); // by key
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<String, Set<String>> untold = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Map<String, Integer> instances = new HashMap<>();
    private long clock = 1_700_000_000_000L;
    private int online;

    public PresenceModel(long seed, PresenceCalls calls) {
        this.random = new Random(seed);
        this.calls = calls;
    }

    public void play(int steps) {
        for (int i = 0; i < steps; i++) {
            clock += random.nextInt(3) + 1;
            step();
            check();
            checkLocate();
        }
    }

    private void step() {
        switch (random.nextInt(11)) {
            case 10 -> breakStream();
            case 0 -> register();
            case 1 -> remove();
            case 2 -> viaApi();
            case 3 -> viaApi();
            default -> update();
        }
    }

    private void register() {
        String nodeId = "node-" + random.nextInt(NODES);
        boolean restarted = random.nextBoolean();
        int instance = instances.merge(nodeId, restarted ? 1 : 0, Integer::sum);
        PresenceNode node = node(nodeId, instance);
        Change expected = Change.NONE;
        for (PresenceNode other : List.copyOf(nodes.values())) {
            if (other.address().equals(node.address()) && !other.key().equals(node.key())) {
                expected = expected.plus(drop(other.key()));
            }
        }
        nodes.put(node.key(), node);
        account(calls.register(node), expected);
    }

    private static PresenceNode node(String nodeId, int instance) {
        return new PresenceNode(
                nodeId, nodeId + "#" + instance, nodeId + ":1", "ws://" + nodeId, "1", List.of("a"), false);
    }

    private void remove() {
        List<String> keys = new ArrayList<>(new TreeSet<>(nodes.keySet()));
        if (!keys.isEmpty()) {
            String key = keys.get(random.nextInt(keys.size()));
            account(calls.remove(key), drop(key));
        }
    }

    private void breakStream() {
        String nodeId = "node-" + random.nextInt(NODES);
        String key = node(nodeId, instances.getOrDefault(nodeId, 0)).key();
        long epoch = epochs.getOrDefault(key, 1L) - random.nextInt(2);
        if (epoch == epochs.getOrDefault(key, 0L)) {
            told.remove(key);
        }
        calls.broken(key, epoch);
    }

    private void update() {
        String nodeId = "node-" + random.nextInt(NODES);
        String key = node(nodeId, instances.getOrDefault(nodeId, 0)).key();
        long known = epochs.getOrDefault(key, 0L);
        long epoch = Math.max(1, known + random.nextInt(3) - 1);
        boolean begins = random.nextInt(3) == 0;
        boolean ends = random.nextInt(3) == 0;
        List<UserReport> users = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            users.add(new UserReport(user(), random.nextInt(3) == 0 ? null : state()));
        }
        boolean accepted = nodes.containsKey(key) && (epoch == known || (epoch > known && begins));
        Change expected = Change.NONE;
        if (accepted) {
            epochs.put(key, epoch);
            if (begins) {
                untold.put(key, usersOf(key));
                told.remove(key);
            }
            for (UserReport user : users) {
                untold.getOrDefault(key, new HashSet<>()).remove(user.userId());
                expected = expected.plus(put(new Place(key, user.userId()), user.state()));
            }
            if (ends) {
                told.add(key);
            }
            if (ends && untold.containsKey(key)) {
                for (String gone : untold.remove(key)) {
                    expected = expected.plus(put(new Place(key, gone), null));
                }
            }
        }
        PresenceTable.Applied applied = calls.apply(key, new Update(epoch, begins, ends, users));
        assertThat(applied.accepted()).isEqualTo(accepted);
        account(applied.change(), expected);
    }

    private void viaApi() {
        String user = user();
        String room = room();
        switch (random.nextInt(4)) {
            case 0 -> {
                String nodeKey = legacyNode();
                Place place = new Place(nodeKey, user);
                UserState state = places.containsKey(place)
                        ? places.get(place).named("api", Map.of())
                        : UserState.online("api", Map.of(), 0);
                // The time is the store's own; the test looks at it no further.
                account(calls.online("legacy", user, "api"), put(place, state));
            }
            case 1 -> {
                Change expected = Change.NONE;
                for (Place place : List.copyOf(places.keySet())) {
                    if (place.userId().equals(user)) {
                        expected = expected.plus(put(place, null));
                    }
                }
                account(calls.offline("", user), expected);
            }
            case 2 -> {
                int limit = random.nextInt(3);
                boolean full = limit > 0
                        && !usersIn(room).containsKey(user)
                        && usersIn(room).size() >= limit;
                Change expected = Change.NONE;
                Seat seat = new Seat(clock, Map.of("k", "v"));
                if (!full) {
                    Place place = new Place(legacyNode(), user);
                    UserState before = places.getOrDefault(place, UserState.online("", Map.of(), clock));
                    expected = put(place, before.joined(room, seat));
                }
                PresenceTable.Joined joined = calls.join("legacy", user, room, seat, limit);
                assertThat(joined.accepted()).isEqualTo(!full);
                assertThat(joined.usersInRoom()).isEqualTo(usersIn(room).size());
                account(joined.change(), expected);
            }
            default -> {
                for (Place place : List.copyOf(places.keySet())) {
                    if (place.userId().equals(user)) {
                        put(place, places.get(place).left(room));
                    }
                }
                assertThat(calls.leave("", user, room)).isEqualTo(usersIn(room).size());
            }
        }
    }

    private String legacyNode() {
        PresenceNode legacy = PresenceNode.named("legacy");
        nodes.put(legacy.key(), legacy);
        return legacy.key();
    }

    private void account(Change told, Change expected) {
        assertThat(told).isEqualTo(expected);
        online += told.online() - told.offline();
    }

    private void check() {
        Map<String, Integer> users = new TreeMap<>();
        places.keySet().forEach(place -> users.merge(place.userId(), 1, Integer::sum));
        assertThat(online).as("what was told adds up").isEqualTo(users.size());
        Set<String> rooms = new TreeSet<>();
        places.values().forEach(state -> rooms.addAll(state.rooms().keySet()));
        assertThat(calls.totals()).isEqualTo(new Totals(rooms.size(), users.size()));
        assertThat(calls.rooms("", 100).items().stream().map(RoomCount::roomId)).containsExactlyElementsOf(rooms);
        String room = room();
        int pageSize = random.nextInt(3) + 1;
        Map<String, Integer> seats = new TreeMap<>();
        String next = "";
        do {
            Page<UserPlace> page = calls.room(room, next, pageSize);
            page.items().forEach(place -> seats.merge(place.userId(), 1, Integer::sum));
            assertThat(page.total()).isEqualTo(usersIn(room).size());
            next = page.next();
        } while (!next.isEmpty());
        assertThat(seats).isEqualTo(usersIn(room));
        String user = user();
        for (UserPlace place : calls.user(user)) {
            UserState expected = places.get(new Place(place.node().key(), user));
            assertThat(place.state().rooms()).isEqualTo(expected.rooms());
            assertThat(place.state().userName()).isEqualTo(expected.userName());
            assertThat(place.node()).isEqualTo(nodes.get(place.node().key()));
        }
        assertThat(calls.user(user)).hasSize(users.getOrDefault(user, 0));
        assertThat(calls.users("", 100).items()).hasSize(places.size());
        assertThat(calls.nodes().stream().map(status -> status.node().key()))
                .containsExactlyInAnyOrderElementsOf(nodes.keySet());
        for (NodeStatus status : calls.nodes()) {
            assertThat(status.users()).isEqualTo(usersOf(status.node().key()).size());
        }
    }

    private void checkLocate() {
        List<String> rooms = List.of(room(), room());
        List<String> users = List.of(user(), user(), user());
        Whereabouts found = calls.locate(rooms, users);
        assertThat(found.told()).isEqualTo(told);
        assertThat(found.nodes().stream().map(status -> status.node().key()))
                .containsExactlyInAnyOrderElementsOf(nodes.keySet());
        assertThat(found.rooms()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            String room = rooms.get(i);
            Set<String> expected = new HashSet<>();
            places.forEach((place, state) -> {
                if (state.rooms().containsKey(room)) {
                    expected.add(place.nodeKey());
                }
            });
            assertThat(found.rooms().get(i)).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(found.users()).hasSize(3);
        for (int i = 0; i < 3; i++) {
            String user = users.get(i);
            Set<String> expected = new HashSet<>();
            places.keySet().forEach(place -> {
                if (place.userId().equals(user)) {
                    expected.add(place.nodeKey());
                }
            });
            assertThat(found.users().get(i)).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private Map<String, Integer> usersIn(String room) {
        Map<String, Integer> users = new TreeMap<>();
        places.forEach((place, state) -> {
            if (state.rooms().containsKey(room)) {
                users.merge(place.userId(), 1, Integer::sum);
            }
        });
        return users;
    }

    private Set<String> usersOf(String nodeKey) {
        Set<String> users = new HashSet<>();
        places.keySet().forEach(place -> {
            if (place.nodeKey().equals(nodeKey)) {
                users.add(place.userId());
            }
        });
        return users;
    }

    private Change drop(String nodeKey) {
        Change change = Change.NONE;
        for (String user : usersOf(nodeKey)) {
            change = change.plus(put(new Place(nodeKey, user), null));
        }
        nodes.remove(nodeKey);
        epochs.remove(nodeKey);
        untold.remove(nodeKey);
        told.remove(nodeKey);
        return change;
    }

    private Change put(Place place, UserState state) {
        boolean before = isOnline(place.userId());
        if (state == null) {
            places.remove(place);
        } else {
            places.put(place, state);
        }
        boolean after = isOnline(place.userId());
        return new Change(!before && after ? 1 : 0, before && !after ? 1 : 0);
    }

    private boolean isOnline(String user) {
        return places.keySet().stream().anyMatch(place -> place.userId().equals(user));
    }

    private UserState state() {
        Map<String, Seat> rooms = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            rooms.put(room(), new Seat(clock - random.nextInt(100), Map.of()));
        }
        return new UserState("name-" + random.nextInt(10), clock, Map.of(), rooms);
    }

    private String user() {
        return "user-" + random.nextInt(USERS);
    }

    private String room() {
        return "room-" + random.nextInt(ROOMS);
    }
}
