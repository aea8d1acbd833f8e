package io.pushmanager.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.presence.UserState.Seat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PresenceTableTest {

    private static final PresenceNode NODE = node("node-1", "i-1");

    private final PresenceTable table = new PresenceTable();

    private static PresenceNode node(String id, String instance) {
        return new PresenceNode(id, instance, id + ":1", "ws://" + id, "1", List.of(), false);
    }

    private static Update told(long epoch, boolean begins, boolean ends, String... users) {
        return new Update(
                epoch,
                begins,
                ends,
                List.of(users).stream()
                        .map(user -> new UserReport(
                                user, UserState.online(user, Map.of(), 1).joined("room", new Seat(2, Map.of()))))
                        .toList());
    }

    @Test
    void saysAsMuchAsAModelWithoutAnyIndex() {
        for (long seed = 0; seed < 400; seed++) {
            try {
                new PresenceModel(seed, new Direct()).play(80);
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    @Test
    void whoIsTakenOfflineBySilenceIsTakenOnce() {
        table.register(NODE, NodeLoad.NONE, 0);
        table.apply(NODE.key(), told(1, true, true, "a", "b"), 0);

        assertThat(table.remove(NODE.key(), 10, 9)).isEqualTo(Change.NONE);
        assertThat(table.remove(NODE.key(), 10, 10)).isEqualTo(new Change(0, 2));
        assertThat(table.remove(NODE.key(), 10, 11)).isEqualTo(Change.NONE);
        assertThat(table.apply(NODE.key(), told(1, false, false, "a"), 12).accepted())
                .isFalse();
    }

    @Test
    void nobodyIsOfflineWhileASnapshotIsUnderWay() {
        table.register(NODE, NodeLoad.NONE, 0);
        table.apply(NODE.key(), told(1, true, true, "a", "b", "c"), 0);

        assertThat(table.apply(NODE.key(), told(2, true, false, "a"), 0).change())
                .isEqualTo(Change.NONE);
        assertThat(table.read().totals().users()).isEqualTo(3);
        assertThat(table.apply(NODE.key(), told(2, false, true, "b"), 0).change())
                .isEqualTo(new Change(0, 1));
    }

    @Test
    void anotherProcessAtTheAddressTakesTheUsersOfTheOneBeforeOffline() {
        table.register(NODE, NodeLoad.NONE, 0);
        table.apply(NODE.key(), told(1, true, true, "a"), 0);

        assertThat(table.register(node("node-1", "i-2"), NodeLoad.NONE, 1)).isEqualTo(new Change(0, 1));
        assertThat(table.read().nodes(1)).hasSize(1);
    }

    @Test
    void clientsThatAskAtOnceAreSpread() {
        table.register(NODE, new NodeLoad(10, 10, 1, 100), 0);
        table.register(node("node-2", "i-2"), new NodeLoad(12, 12, 1, 100), 0);
        NodeChoice choice = new NodeChoice(5);
        int first = 0;
        for (int i = 0; i < 20; i++) {
            first += choice.pick(table.read().nodes(0), Set.of()).orElseThrow().equals(NODE) ? 1 : 0;
        }

        assertThat(first).isEqualTo(11);
    }

    @Test
    void noClientIsSentToANodeThatDrainsIsSilentIsFullOrHasNoUrl() {
        NodeChoice choice = new NodeChoice(5);
        table.register(NODE.withDraining(true), new NodeLoad(0, 0, 0, 10), 10);
        table.register(node("silent", "i-2"), new NodeLoad(0, 0, 0, 10), 4);
        table.register(node("full", "i-3"), new NodeLoad(10, 0, 0, 10), 10);
        table.online("only-named", "u", "", Map.of(), 1, 10);
        assertThat(choice.pick(table.read().nodes(10), Set.of())).isEmpty();

        PresenceNode good = node("good", "i-4");
        table.register(good, new NodeLoad(9, 0, 0, 10), 10);
        assertThat(choice.pick(table.read().nodes(10), Set.of())).contains(good);
        assertThat(choice.pick(table.read().nodes(10), Set.of("good"))).isEmpty();
    }

    /** With a clock that stands still. */
    private final class Direct implements PresenceCalls {
        private final PresenceTable target = new PresenceTable();

        @Override
        public Change register(PresenceNode node) {
            return target.register(node, NodeLoad.NONE, 0);
        }

        @Override
        public PresenceTable.Applied apply(String nodeKey, Update update) {
            return target.apply(nodeKey, update, 0);
        }

        @Override
        public Change online(String nodeId, String userId, String userName) {
            return target.online(nodeId, userId, userName, Map.of(), 0, 0);
        }

        @Override
        public Change offline(String nodeId, String userId) {
            return target.offline(nodeId, userId);
        }

        @Override
        public PresenceTable.Joined join(String nodeId, String userId, String roomId, Seat seat, int limit) {
            return target.join(nodeId, userId, "", roomId, seat, limit, 0);
        }

        @Override
        public long leave(String nodeId, String userId, String roomId) {
            return target.leave(nodeId, userId, roomId);
        }

        @Override
        public Change remove(String nodeKey) {
            return target.remove(nodeKey, 0, 0);
        }

        @Override
        public List<NodeStatus> nodes() {
            return target.read().nodes(0);
        }

        @Override
        public List<UserPlace> user(String userId) {
            return target.read().user(userId);
        }

        @Override
        public Page<UserPlace> room(String roomId, String after, int limit) {
            return target.read().room(roomId, after, limit);
        }

        @Override
        public Page<UserPlace> users(String after, int limit) {
            return target.read().users(after, limit);
        }

        @Override
        public Page<RoomCount> rooms(String after, int limit) {
            return target.read().rooms(after, limit);
        }

        @Override
        public Totals totals() {
            return target.read().totals();
        }

        @Override
        public void broken(String nodeKey, long epoch) {
            target.broken(nodeKey, epoch);
        }

        @Override
        public Whereabouts locate(List<String> roomIds, List<String> userIds) {
            return target.read().locate(roomIds, userIds, 0);
        }
    }
}
