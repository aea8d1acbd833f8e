package io.pushmanager.core.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Target;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomTableTest {

    private static final class OpenRooms implements RoomTable.RoomListener {
        final Set<String> open = new TreeSet<>();
        final List<String> changed = new ArrayList<>();

        @Override
        public void roomOpened(String roomId) {
            assertThat(open.add(roomId)).as("opened once").isTrue();
        }

        @Override
        public void userChanged(String userId) {
            changed.add(userId);
        }

        @Override
        public void roomClosed(String roomId) {
            assertThat(open.remove(roomId)).as("closed once").isTrue();
        }
    }

    private final OpenRooms listener = new OpenRooms();
    private final RoomTable<Integer> table = new RoomTable<>(listener);

    @Test
    void joiningTwiceIsJoiningOnce() {
        Member<Integer> member = table.add("u", 1);
        assertThat(table.join(member, "r", 0)).isTrue();
        assertThat(table.join(member, "r", 0)).isFalse();
        assertThat(reached(Target.room("r"))).containsExactly(1);
    }

    @Test
    void everyChangeOfAUsersPlacesIsToldAndNothingElse() {
        Member<Integer> member = table.add("u", 1);
        table.join(member, "r", 0);
        table.join(member, "r", 0);
        table.leave(member, "other");
        table.leave(member, "r");
        table.remove(member);
        assertThat(listener.changed).containsExactly("u", "u", "u", "u");
    }

    @Test
    void theStateOfAUserIsThatOfAllConnections() {
        Member<Integer> first = table.add("u", 1);
        first.introduce("Named", 2_000);
        table.join(first, "r1", 10);
        Member<Integer> second = table.add("u", 2);
        second.introduce("", 3_000);
        table.join(second, "r1", 20);
        table.join(second, "r2", 30);

        assertThat(table.stateOf("u"))
                .isEqualTo(new UserState(
                        "Named", 2_000, Map.of(), Map.of("r1", new Seat(10, Map.of()), "r2", new Seat(30, Map.of()))));
        table.remove(second);
        table.remove(first);
        assertThat(table.stateOf("u")).isNull();
    }

    @Test
    void leavingARoomNeverJoinedChangesNothing() {
        Member<Integer> member = table.add("u", 1);
        table.join(member, "r", 0);
        assertThat(table.leave(member, "other")).isFalse();
        assertThat(member.rooms()).containsExactly("r");
    }

    @Test
    void excludedUsersAreLeftOut() {
        table.join(table.add("a", 1), "r", 0);
        table.join(table.add("b", 2), "r", 0);
        table.join(table.add("a", 3), "r", 0);
        assertThat(reached(Target.room("r", Set.of("a")))).containsExactly(2);
    }

    @Test
    void excludedUsersAreLeftOutOfAPushToEveryone() {
        table.add("a", 1);
        table.add("b", 2);
        table.add("a", 3);
        assertThat(reached(new Target("", List.of(), Set.of("a")))).containsExactly(2);
    }

    @Test
    void userNamedTwiceIsReachedOnce() {
        table.add("a", 1);
        table.add("a", 2);
        assertThat(reached(new Target("", List.of("a", "a", "b"), Set.of()))).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void numbersConnectionsAndMembershipsInTheOrderOfComing() {
        Member<Integer> member = table.add("a", 1);
        long connected = table.sequence();
        table.join(member, "r", 0);
        long joined = table.sequence();

        List<Long> since = new ArrayList<>();
        table.visit(Target.everyone(), (visited, at) -> since.add(at));
        table.visit(Target.room("r"), (visited, at) -> since.add(at));
        table.visit(Target.userInRoom("a", "r"), (visited, at) -> since.add(at));
        table.visit(Target.user("a"), (visited, at) -> since.add(at));
        assertThat(since).containsExactly(connected, joined, joined, connected);
        assertThat(joined).isGreaterThan(connected);
    }

    /** Random comings and goings against a model that is slow and plain. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithAPlainModel(long seed) {
        Random random = new Random(seed);
        Map<Integer, Member<Integer>> members = new TreeMap<>();
        Map<Integer, Set<String>> rooms = new TreeMap<>();
        for (int step = 0; step < 5_000; step++) {
            int choice = random.nextInt(10);
            if (choice < 3 || members.isEmpty()) {
                members.put(step, table.add("u" + random.nextInt(20), step));
                rooms.put(step, new HashSet<>());
            } else {
                int id = new ArrayList<>(members.keySet()).get(random.nextInt(members.size()));
                String room = "r" + random.nextInt(15);
                if (choice < 7) {
                    assertThat(table.join(members.get(id), room, 0))
                            .isEqualTo(rooms.get(id).add(room));
                } else if (choice < 9) {
                    assertThat(table.leave(members.get(id), room))
                            .isEqualTo(rooms.get(id).remove(room));
                } else {
                    table.remove(members.remove(id));
                    rooms.remove(id);
                }
            }
            if (step % 250 == 0) {
                compare(seed, step, members, rooms);
            }
        }
        for (Member<Integer> member : members.values()) {
            table.remove(member);
        }
        assertThat(List.of(table.connectionCount(), table.roomCount(), table.userCount()))
                .containsOnly(0);
        assertThat(listener.open).isEmpty();
    }

    /** 0 means everyone: who is there must have a number above it. */
    @Test
    void whoComesLaterHasTheHigherNumber() {
        List<Long> sequences = new ArrayList<>(List.of(table.sequence()));
        for (int i = 0; i < 5; i++) {
            Member<Integer> member = table.add("u" + i, i);
            sequences.add(table.sequence());
            table.join(member, "r", 0);
            sequences.add(table.sequence());
        }

        assertThat(sequences).first().isEqualTo(0L);
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void countsTheRoomsOfAConnection() {
        Member<Integer> member = table.add("u", 1);
        table.join(member, "r1", 0);
        table.join(member, "r2", 0);
        table.join(member, "r2", 0);
        assertThat(member.roomCount()).isEqualTo(2);

        table.leave(member, "r1");
        assertThat(member.roomCount()).isEqualTo(1);
    }

    @Test
    void connectionsMayGoWhileTheListOfThemIsWalked() {
        for (int i = 0; i < 5; i++) {
            table.add("u" + i, i);
        }

        List<Integer> walked = new ArrayList<>();
        for (Member<Integer> member : table.members()) {
            table.remove(member);
            walked.add(member.connection());
        }

        assertThat(walked).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(table.connectionCount()).isZero();
    }

    private void compare(long seed, int step, Map<Integer, Member<Integer>> members, Map<Integer, Set<String>> rooms) {
        String where = "seed " + seed + " step " + step;
        assertThat(reached(Target.everyone())).as(where).containsExactlyInAnyOrderElementsOf(members.keySet());
        Set<String> open = new TreeSet<>();
        rooms.values().forEach(open::addAll);
        assertThat(listener.open).as(where).isEqualTo(open);
        assertThat(table.roomCount()).as(where).isEqualTo(open.size());
        assertThat(table.connectionCount()).as(where).isEqualTo(members.size());
        Set<String> users = new TreeSet<>();
        members.values().forEach(member -> users.add(member.userId()));
        assertThat(table.userCount()).as(where).isEqualTo(users.size());
        for (int i = 0; i < 20; i++) {
            String user = "u" + i;
            String room = "r" + i;
            assertThat(reached(Target.user(user)))
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(
                            keep(members, id -> userOf(members, id).equals(user)));
            assertThat(reached(Target.room(room)))
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(keep(members, id -> isIn(rooms, id, room)));
            assertThat(reached(Target.userInRoom(user, "r1")))
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(
                            keep(members, id -> userOf(members, id).equals(user) && isIn(rooms, id, "r1")));
        }
    }

    private static String userOf(Map<Integer, Member<Integer>> members, int id) {
        return members.get(id).userId();
    }

    private static boolean isIn(Map<Integer, Set<String>> rooms, int id, String room) {
        return rooms.get(id).contains(room);
    }

    private static List<Integer> keep(Map<Integer, Member<Integer>> members, IntPredicate wanted) {
        return members.keySet().stream().filter(wanted::test).toList();
    }

    private List<Integer> reached(Target target) {
        List<Integer> ids = new ArrayList<>();
        table.visit(target, (member, since) -> ids.add(member.connection()));
        return ids;
    }
}
