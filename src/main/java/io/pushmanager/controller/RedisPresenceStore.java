package io.pushmanager.controller;

import io.pushmanager.core.presence.Change;
import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.Page;
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
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Presence in a Redis that several Controllers share and that outlives them. Every call is one run of {@code presence.lua},
 * so that no Controller sees another's half; what takes off many users does so in parts of 2,000.
 *
 * <pre>
 *   nodes, loads, epochs   hashes by node key: description; load and draining; the newest stream
 *   ids                    hash by node id: the newest node key
 *   told                   hash of the node keys that have told everything and whose stream has not broken since
 *   heard                  sorted set of node keys by Redis' clock
 *   node:KEY:users         hash by user: the state as JSON
 *   node:KEY:untold        set: who was not told of yet in a snapshot
 *   user:ID                set of node keys
 *   at:ROOM                hash by node key: how many of its users are in the room
 *   room:ID, rooms, users  sorted sets of ids, all with score 0, so that they are in the order of their bytes
 *   store-id               which Redis this is
 * </pre>
 *
 * <p>All behind {@code controller.redis.prefix}. The keys of a call are not known before it runs: a Redis Cluster cannot
 * hold them.
 */
final class RedisPresenceStore implements PresenceStore {

    private final RedisLine redis;
    private final Clocks clocks;

    RedisPresenceStore(RedisLine redis, Clocks clocks) {
        this.redis = redis;
        this.clocks = clocks;
    }

    @Override
    public String id() {
        return redis.storeId();
    }

    @Override
    public Future<Void> open() {
        return redis.open();
    }

    @Override
    public Future<Void> close() {
        return redis.close();
    }

    @Override
    public Future<Change> register(PresenceNode node, NodeLoad load) {
        return redis.call(
                        "register",
                        List.of(
                                node.key(),
                                RedisJson.encode(node),
                                RedisJson.encode(load, node.draining()),
                                node.nodeId(),
                                node.address()))
                .map(answer -> RedisAnswers.change(answer, 0));
    }

    @Override
    public Future<Boolean> heartbeat(String nodeKey, NodeLoad load, boolean draining) {
        return redis.call("heartbeat", List.of(nodeKey, RedisJson.encode(load, draining)))
                .map(answer -> answer.toLong() == 1);
    }

    @Override
    public Future<Applied> apply(String nodeKey, Update update) {
        String epoch = Long.toString(update.epoch());
        List<String> arguments = new ArrayList<>(4 + 2 * update.users().size());
        arguments.add(nodeKey);
        arguments.add(epoch);
        arguments.add(update.snapshotBegins() ? "1" : "0");
        arguments.add(update.snapshotEnds() ? "1" : "0");
        for (UserReport user : update.users()) {
            UserState state = user.state();
            arguments.add(user.userId());
            arguments.add(state == null ? "" : RedisJson.encode(state));
        }
        return redis.call("apply", arguments).compose(answer -> {
            Applied applied = new Applied(answer.get(0).toLong() == 1, RedisAnswers.change(answer, 1));
            return answer.get(3).toLong() == 0
                    ? Future.succeededFuture(applied)
                    : forget(nodeKey, epoch, applied.change()).map(change -> new Applied(true, change));
        });
    }

    /** Goes on with those who were not told of in a snapshot. */
    private Future<Change> forget(String nodeKey, String epoch, Change before) {
        return redis.call("forget", List.of(nodeKey, epoch)).compose(answer -> {
            Change change = before.plus(RedisAnswers.change(answer, 0));
            return answer.get(2).toLong() == 0 ? Future.succeededFuture(change) : forget(nodeKey, epoch, change);
        });
    }

    @Override
    public Future<Void> broken(String nodeKey, long epoch) {
        return redis.call("broken", List.of(nodeKey, Long.toString(epoch))).mapEmpty();
    }

    @Override
    public Future<Change> online(String nodeId, String userId, String userName, Map<String, String> metadata) {
        UserState fresh = UserState.online(userName, metadata, clocks.currentTimeMillis());
        return redis.call(
                        "online",
                        List.of(
                                nodeId,
                                RedisJson.encode(PresenceNode.named(nodeId)),
                                userId,
                                userName,
                                RedisJson.encode(metadata),
                                RedisJson.encode(fresh)))
                .map(answer -> RedisAnswers.change(answer, 0));
    }

    @Override
    public Future<Change> offline(String nodeId, String userId) {
        return redis.call("offline", List.of(nodeId, userId)).map(answer -> RedisAnswers.change(answer, 0));
    }

    @Override
    public Future<Joined> join(String nodeId, String userId, String userName, String roomId, Seat seat, int limit) {
        UserState fresh = UserState.online(userName, Map.of(), seat.joinedAtMillis());
        return redis.call(
                        "join",
                        List.of(
                                nodeId,
                                RedisJson.encode(PresenceNode.named(nodeId)),
                                userId,
                                userName,
                                roomId,
                                RedisJson.encode(seat),
                                Integer.toString(limit),
                                RedisJson.encode(fresh)))
                .map(answer -> new Joined(
                        answer.get(0).toLong() == 1, answer.get(1).toLong(), RedisAnswers.change(answer, 2)));
    }

    @Override
    public Future<Long> leave(String nodeId, String userId, String roomId) {
        return redis.call("leave", List.of(nodeId, userId, roomId)).map(Response::toLong);
    }

    @Override
    public Future<Change> remove(String nodeKey, Duration silent) {
        return remove(nodeKey, silent, Change.NONE);
    }

    private Future<Change> remove(String nodeKey, Duration silent, Change before) {
        return redis.call("remove", List.of(nodeKey, Long.toString(silent.toMillis())))
                .compose(answer -> {
                    Change change = before.plus(RedisAnswers.change(answer, 0));
                    return answer.get(2).toLong() == 0
                            ? Future.succeededFuture(change)
                            : remove(nodeKey, silent, change);
                });
    }

    @Override
    public Future<List<NodeStatus>> nodes() {
        return redis.call("nodes", List.of()).map(RedisAnswers::statuses);
    }

    @Override
    public Future<Whereabouts> locate(List<String> roomIds, List<String> userIds) {
        List<String> arguments = new ArrayList<>(1 + roomIds.size() + userIds.size());
        arguments.add(Integer.toString(roomIds.size()));
        arguments.addAll(roomIds);
        arguments.addAll(userIds);
        return redis.call("locate", arguments).map(answer -> RedisAnswers.whereabouts(answer, roomIds.size()));
    }

    @Override
    public Future<List<UserPlace>> user(String userId) {
        return redis.call("user", List.of(userId)).map(answer -> RedisAnswers.places(answer, 0));
    }

    @Override
    public Future<Page<UserPlace>> room(String roomId, String after, int limit) {
        return redis.call("room", List.of(roomId, after, Integer.toString(limit)))
                .map(answer -> page(
                        answer,
                        RedisAnswers.places(answer, 2).stream()
                                .filter(place -> place.state().rooms().containsKey(roomId))
                                .toList()));
    }

    @Override
    public Future<Page<UserPlace>> users(String after, int limit) {
        return redis.call("users", List.of(after, Integer.toString(limit)))
                .map(answer -> page(answer, RedisAnswers.places(answer, 2)));
    }

    @Override
    public Future<Page<RoomCount>> rooms(String after, int limit) {
        return redis.call("rooms", List.of(after, Integer.toString(limit)))
                .map(answer -> page(answer, RedisAnswers.roomCounts(answer, 2)));
    }

    @Override
    public Future<Totals> totals() {
        return redis.call("totals", List.of())
                .map(answer -> new Totals(answer.get(0).toLong(), answer.get(1).toLong()));
    }

    /** Those pages begin with how many there are in all and the key of the next. */
    private static <T> Page<T> page(Response answer, List<T> found) {
        return new Page<>(found, answer.get(0).toLong(), answer.get(1).toString());
    }
}
