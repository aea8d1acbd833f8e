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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
                .map(answer -> change(answer, 0));
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
            Applied applied = new Applied(answer.get(0).toLong() == 1, change(answer, 1));
            return answer.get(3).toLong() == 0
                    ? Future.succeededFuture(applied)
                    : forget(nodeKey, epoch, applied.change()).map(change -> new Applied(true, change));
        });
    }

    /** Goes on with those who were not told of in a snapshot. */
    private Future<Change> forget(String nodeKey, String epoch, Change before) {
        return redis.call("forget", List.of(nodeKey, epoch)).compose(answer -> {
            Change change = before.plus(change(answer, 0));
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
                .map(answer -> change(answer, 0));
    }

    @Override
    public Future<Change> offline(String nodeId, String userId) {
        return redis.call("offline", List.of(nodeId, userId)).map(answer -> change(answer, 0));
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
                .map(answer ->
                        new Joined(answer.get(0).toLong() == 1, answer.get(1).toLong(), change(answer, 2)));
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
                    Change change = before.plus(change(answer, 0));
                    return answer.get(2).toLong() == 0
                            ? Future.succeededFuture(change)
                            : remove(nodeKey, silent, change);
                });
    }

    @Override
    public Future<List<NodeStatus>> nodes() {
        return redis.call("nodes", List.of()).map(RedisPresenceStore::statuses);
    }

    private static List<NodeStatus> statuses(Response answer) {
        List<NodeStatus> nodes = new ArrayList<>(answer.size() / 4);
        for (int i = 0; i + 3 < answer.size(); i += 4) {
            String load = answer.get(i + 1).toString();
            nodes.add(new NodeStatus(
                    RedisJson.node(answer.get(i).toString(), load),
                    RedisJson.load(load),
                    answer.get(i + 2).toLong(),
                    TimeUnit.MILLISECONDS.toNanos(Math.max(0, answer.get(i + 3).toLong()))));
        }
        return nodes;
    }

    @Override
    public Future<Whereabouts> locate(List<String> roomIds, List<String> userIds) {
        List<String> arguments = new ArrayList<>(1 + roomIds.size() + userIds.size());
        arguments.add(Integer.toString(roomIds.size()));
        arguments.addAll(roomIds);
        arguments.addAll(userIds);
        return redis.call("locate", arguments).map(answer -> {
            Set<String> told = new HashSet<>(strings(answer.get(1)));
            List<List<String>> found = new ArrayList<>(answer.size() - 2);
            for (int i = 2; i < answer.size(); i++) {
                found.add(strings(answer.get(i)));
            }
            return new Whereabouts(
                    statuses(answer.get(0)),
                    told,
                    found.subList(0, roomIds.size()),
                    found.subList(roomIds.size(), found.size()));
        });
    }

    private static List<String> strings(Response array) {
        return array.stream().map(Response::toString).toList();
    }

    @Override
    public Future<List<UserPlace>> user(String userId) {
        return redis.call("user", List.of(userId)).map(answer -> places(answer, 0));
    }

    @Override
    public Future<Page<UserPlace>> room(String roomId, String after, int limit) {
        return redis.call("room", List.of(roomId, after, Integer.toString(limit)))
                .map(answer -> new Page<>(
                        places(answer, 2).stream()
                                .filter(place -> place.state().rooms().containsKey(roomId))
                                .toList(),
                        answer.get(0).toLong(),
                        answer.get(1).toString()));
    }

    @Override
    public Future<Page<UserPlace>> users(String after, int limit) {
        return redis.call("users", List.of(after, Integer.toString(limit)))
                .map(answer -> new Page<>(
                        places(answer, 2), answer.get(0).toLong(), answer.get(1).toString()));
    }

    @Override
    public Future<Page<RoomCount>> rooms(String after, int limit) {
        return redis.call("rooms", List.of(after, Integer.toString(limit))).map(answer -> {
            List<RoomCount> rooms = new ArrayList<>();
            for (int i = 2; i + 1 < answer.size(); i += 2) {
                rooms.add(new RoomCount(
                        answer.get(i).toString(), answer.get(i + 1).toLong()));
            }
            return new Page<>(rooms, answer.get(0).toLong(), answer.get(1).toString());
        });
    }

    @Override
    public Future<Totals> totals() {
        return redis.call("totals", List.of())
                .map(answer -> new Totals(answer.get(0).toLong(), answer.get(1).toLong()));
    }

    private static Change change(Response answer, int at) {
        return new Change(answer.get(at).toInteger(), answer.get(at + 1).toInteger());
    }

    /** By user, and of one user's the node to which the user came last first. */
    private static List<UserPlace> places(Response answer, int from) {
        List<UserPlace> places = new ArrayList<>();
        for (int i = from; i + 3 < answer.size(); i += 4) {
            places.add(new UserPlace(
                    answer.get(i).toString(),
                    RedisJson.node(
                            answer.get(i + 1).toString(), answer.get(i + 2).toString()),
                    RedisJson.state(answer.get(i + 3).toString())));
        }
        places.sort(Comparator.comparing(UserPlace::userId)
                .thenComparing(place -> -place.state().onlineSinceMillis()));
        return places;
    }
}
