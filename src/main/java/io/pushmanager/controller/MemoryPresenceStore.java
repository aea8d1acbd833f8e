package io.pushmanager.controller;

import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.Page;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.presence.PresenceTable;
import io.pushmanager.core.presence.PresenceTable.Applied;
import io.pushmanager.core.presence.PresenceTable.Joined;
import io.pushmanager.core.presence.RoomCount;
import io.pushmanager.core.presence.Totals;
import io.pushmanager.core.presence.Update;
import io.pushmanager.core.presence.UserPlace;
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.core.presence.Whereabouts;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A {@link PresenceTable} of this process: gone with it, and told again by the nodes. Never away. */
final class MemoryPresenceStore implements PresenceStore {

    private final PresenceTable table = new PresenceTable();
    private final Clocks clocks;
    private final String id;

    /** @param id of this process */
    MemoryPresenceStore(String id, Clocks clocks) {
        this.id = id;
        this.clocks = clocks;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Future<Void> open() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    @Override
    public Future<Change> register(PresenceNode node, NodeLoad load) {
        return Future.succeededFuture(table.register(node, load, clocks.nanoTime()));
    }

    @Override
    public Future<Boolean> heartbeat(String nodeKey, NodeLoad load, boolean draining) {
        return Future.succeededFuture(table.heartbeat(nodeKey, load, draining, clocks.nanoTime()));
    }

    @Override
    public Future<Applied> apply(String nodeKey, Update update) {
        return Future.succeededFuture(table.apply(nodeKey, update, clocks.nanoTime()));
    }

    @Override
    public Future<Void> broken(String nodeKey, long epoch) {
        table.broken(nodeKey, epoch);
        return Future.succeededFuture();
    }

    @Override
    public Future<Change> online(String nodeId, String userId, String userName, Map<String, String> metadata) {
        return Future.succeededFuture(
                table.online(nodeId, userId, userName, metadata, clocks.currentTimeMillis(), clocks.nanoTime()));
    }

    @Override
    public Future<Change> offline(String nodeId, String userId) {
        return Future.succeededFuture(table.offline(nodeId, userId));
    }

    @Override
    public Future<Joined> join(String nodeId, String userId, String userName, String roomId, Seat seat, int limit) {
        return Future.succeededFuture(table.join(nodeId, userId, userName, roomId, seat, limit, clocks.nanoTime()));
    }

    @Override
    public Future<Long> leave(String nodeId, String userId, String roomId) {
        return Future.succeededFuture(table.leave(nodeId, userId, roomId));
    }

    @Override
    public Future<Change> remove(String nodeKey, Duration silent) {
        return Future.succeededFuture(table.remove(nodeKey, silent.toNanos(), clocks.nanoTime()));
    }

    @Override
    public Future<List<NodeStatus>> nodes() {
        return Future.succeededFuture(table.read().nodes(clocks.nanoTime()));
    }

    @Override
    public Future<List<UserPlace>> user(String userId) {
        return Future.succeededFuture(table.read().user(userId));
    }

    @Override
    public Future<Page<UserPlace>> room(String roomId, String after, int limit) {
        return Future.succeededFuture(table.read().room(roomId, after, limit));
    }

    @Override
    public Future<Whereabouts> locate(List<String> roomIds, List<String> userIds) {
        return Future.succeededFuture(table.read().locate(roomIds, userIds, clocks.nanoTime()));
    }

    @Override
    public Future<Page<UserPlace>> users(String after, int limit) {
        return Future.succeededFuture(table.read().users(after, limit));
    }

    @Override
    public Future<Page<RoomCount>> rooms(String after, int limit) {
        return Future.succeededFuture(table.read().rooms(after, limit));
    }

    @Override
    public Future<Totals> totals() {
        return Future.succeededFuture(table.read().totals());
    }
}
