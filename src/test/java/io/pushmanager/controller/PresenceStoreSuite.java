package io.pushmanager.controller;

import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.Page;
import io.pushmanager.core.presence.PresenceCalls;
import io.pushmanager.core.presence.PresenceModel;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.presence.PresenceTable.Applied;
import io.pushmanager.core.presence.PresenceTable.Joined;
import io.pushmanager.core.presence.RoomCount;
import io.pushmanager.core.presence.Totals;
import io.pushmanager.core.presence.Update;
import io.pushmanager.core.presence.UserPlace;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.core.presence.Whereabouts;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store must do. */
@Timeout(60)
abstract class PresenceStoreSuite {

    static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    static final PresenceNode NODE =
            new PresenceNode("node-1", "i-1", "10.0.0.1:1", "ws://1", "1.0", List.of("link.v1"), false);

    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();

    /** A store with nothing in it. */
    abstract PresenceStore emptyStore();

    abstract int seeds();

    @AfterEach
    void closeVertx() {
        await(vertx.close());
    }

    <T> T on(Supplier<Future<T>> call) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(task -> call.get().onComplete(promise));
        return await(promise.future());
    }

    PresenceStore opened() {
        PresenceStore store = emptyStore();
        on(store::open);
        return store;
    }

    static UserReport in(String user, String... rooms) {
        UserState state = UserState.online("Name of " + user, Map.of("k", "v"), 1_700_000_000_123L);
        for (String room : rooms) {
            state = state.joined(room, new Seat(1_700_000_000_456L, Map.of("role", "host")));
        }
        return new UserReport(user, state);
    }

    static Update snapshot(long epoch, UserReport... users) {
        return new Update(epoch, true, true, List.of(users));
    }

    @Test
    void saysAsMuchAsAModelWithoutAnyIndex() {
        for (long seed = 0; seed < seeds(); seed++) {
            PresenceStore store = opened();
            try {
                new PresenceModel(seed, new Calls(store)).play(60);
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
            on(store::close);
        }
    }

    @Test
    void everythingThatIsToldComesBack() {
        PresenceStore store = opened();
        on(() -> store.register(NODE, new NodeLoad(3, 2, 1, 1_000)));
        UserReport told = in("käthe 😀", "räum/1", "{\"x\":1}");
        on(() -> store.apply(NODE.key(), snapshot(1, told)));

        assertThat(on(() -> store.user("käthe 😀"))).containsExactly(new UserPlace("käthe 😀", NODE, told.state()));
        assertThat(on(() -> store.room("räum/1", "", 10)).items())
                .containsExactly(new UserPlace("käthe 😀", NODE, told.state()));
        NodeStatus status = on(store::nodes).get(0);
        assertThat(status.node()).isEqualTo(NODE);
        assertThat(status.load()).isEqualTo(new NodeLoad(3, 2, 1, 1_000));
        assertThat(status.users()).isEqualTo(1);
        assertThat(status.silentNanos()).isBetween(0L, 5_000_000_000L);
        assertThat(on(() -> store.heartbeat(NODE.key(), new NodeLoad(4, 2, 1, 1_000), true)))
                .isTrue();
        assertThat(on(store::nodes).get(0).node().draining()).isTrue();
        assertThat(on(() -> store.heartbeat("i:nobody", NodeLoad.NONE, false))).isFalse();
    }

    @Test
    void callsThatAreMadeTogetherTakeEffectInOrder() {
        PresenceStore store = opened();
        on(() -> store.register(NODE, NodeLoad.NONE));
        List<Future<Applied>> under = new ArrayList<>();
        on(() -> {
            for (int i = 0; i < 200; i++) {
                UserReport user = i % 2 == 0 ? in("u", "room") : new UserReport("u", null);
                under.add(store.apply(NODE.key(), i == 0 ? snapshot(1, user) : told(user)));
            }
            return Future.all(under);
        });

        for (int i = 0; i < 200; i++) {
            assertThat(under.get(i).result().change()).isEqualTo(i % 2 == 0 ? new Change(1, 0) : new Change(0, 1));
        }
        assertThat(on(store::totals)).isEqualTo(new Totals(0, 0));
    }

    private static Update told(UserReport user) {
        return new Update(1, false, false, List.of(user));
    }

    @Test
    void aNodeThatWasHeardLatelyIsNotRemovedForSilence() {
        PresenceStore store = opened();
        on(() -> store.register(NODE, NodeLoad.NONE));
        on(() -> store.apply(NODE.key(), snapshot(1, in("a", "r"), in("b", "r"))));

        assertThat(on(() -> store.remove(NODE.key(), Duration.ofMinutes(1)))).isEqualTo(Change.NONE);
        assertThat(on(() -> store.remove(NODE.key(), Duration.ZERO))).isEqualTo(new Change(0, 2));
        assertThat(on(() -> store.remove(NODE.key(), Duration.ZERO))).isEqualTo(Change.NONE);
        assertThat(on(store::totals)).isEqualTo(new Totals(0, 0));
    }

    @Test
    void largeNodesAreToldPagedAndRemovedWhole() {
        PresenceStore store = opened();
        on(() -> store.register(NODE, NodeLoad.NONE));
        UserReport[] many = new UserReport[3_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = in("user-" + i, "big", "room-" + i % 50);
        }
        on(() -> store.apply(NODE.key(), snapshot(1, many)));
        Set<String> paged = new TreeSet<>();
        String next = "";
        do {
            String after = next;
            Page<UserPlace> page = on(() -> store.room("big", after, 700));
            assertThat(page.total()).isEqualTo(3_000);
            page.items().forEach(place -> paged.add(place.userId()));
            next = page.next();
        } while (!next.isEmpty());

        assertThat(paged).hasSize(3_000);
        assertThat(on(store::totals)).isEqualTo(new Totals(51, 3_000));
        assertThat(on(() -> store.apply(NODE.key(), snapshot(2, in("user-7", "big"))))
                        .change())
                .isEqualTo(new Change(0, 2_999));
        on(() -> store.apply(NODE.key(), snapshot(3, many)));
        assertThat(on(() -> store.remove(NODE.key(), Duration.ZERO))).isEqualTo(new Change(0, 3_000));
        assertThat(on(store::totals)).isEqualTo(new Totals(0, 0));
    }

    private final class Calls implements PresenceCalls {
        private final PresenceStore store;

        Calls(PresenceStore store) {
            this.store = store;
        }

        @Override
        public Change register(PresenceNode node) {
            return on(() -> store.register(node, NodeLoad.NONE));
        }

        @Override
        public Applied apply(String nodeKey, Update update) {
            return on(() -> store.apply(nodeKey, update));
        }

        @Override
        public Change online(String nodeId, String userId, String userName) {
            return on(() -> store.online(nodeId, userId, userName, Map.of()));
        }

        @Override
        public Change offline(String nodeId, String userId) {
            return on(() -> store.offline(nodeId, userId));
        }

        @Override
        public Joined join(String nodeId, String userId, String roomId, Seat seat, int limit) {
            return on(() -> store.join(nodeId, userId, "", roomId, seat, limit));
        }

        @Override
        public long leave(String nodeId, String userId, String roomId) {
            return on(() -> store.leave(nodeId, userId, roomId));
        }

        @Override
        public Change remove(String nodeKey) {
            return on(() -> store.remove(nodeKey, Duration.ZERO));
        }

        @Override
        public List<NodeStatus> nodes() {
            return on(store::nodes);
        }

        @Override
        public List<UserPlace> user(String userId) {
            return on(() -> store.user(userId));
        }

        @Override
        public Page<UserPlace> room(String roomId, String after, int limit) {
            return on(() -> store.room(roomId, after, limit));
        }

        @Override
        public Page<UserPlace> users(String after, int limit) {
            return on(() -> store.users(after, limit));
        }

        @Override
        public Page<RoomCount> rooms(String after, int limit) {
            return on(() -> store.rooms(after, limit));
        }

        @Override
        public Totals totals() {
            return on(store::totals);
        }

        @Override
        public void broken(String nodeKey, long epoch) {
            on(() -> store.broken(nodeKey, epoch));
        }

        @Override
        public Whereabouts locate(List<String> roomIds, List<String> userIds) {
            return on(() -> store.locate(roomIds, userIds));
        }
    }
}
