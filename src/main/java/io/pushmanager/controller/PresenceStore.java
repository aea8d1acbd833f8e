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
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.core.presence.Whereabouts;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where a Controller keeps who is where. What each call means stands at
 * {@link io.pushmanager.core.presence.PresenceTable}, and one test suite holds every store to it.
 *
 * <p><b>Order:</b> calls take effect in the order in which they are made. <b>Thread:</b> the Controller's event loop, which
 * is also where the futures complete. <b>Failure:</b> a store that is away fails the future with UNAVAILABLE and a hint
 * when to try again; nothing waits for its return.
 */
interface PresenceStore {

    /** Controllers with the same store have the same. */
    String id();

    /** Completes when the store can be asked, or is known to be away for now. */
    Future<Void> open();

    Future<Void> close();

    Future<Change> register(PresenceNode node, NodeLoad load);

    /** False: there is no such node, it must register. */
    Future<Boolean> heartbeat(String nodeKey, NodeLoad load, boolean draining);

    Future<Applied> apply(String nodeKey, Update update);

    /** The stream with this epoch broke without the node having left. */
    Future<Void> broken(String nodeKey, long epoch);

    Future<Change> online(String nodeId, String userId, String userName, Map<String, String> metadata);

    Future<Change> offline(String nodeId, String userId);

    Future<Joined> join(String nodeId, String userId, String userName, String roomId, Seat seat, int limit);

    /** The users left in the room. */
    Future<Long> leave(String nodeId, String userId, String roomId);

    /** Removes a node that has not been heard for {@code silent}, and its users from it. */
    Future<Change> remove(String nodeKey, Duration silent);

    Future<List<NodeStatus>> nodes();

    Future<List<UserPlace>> user(String userId);

    Future<Page<UserPlace>> room(String roomId, String after, int limit);

    Future<Whereabouts> locate(List<String> roomIds, List<String> userIds);

    Future<Page<UserPlace>> users(String after, int limit);

    Future<Page<RoomCount>> rooms(String after, int limit);

    Future<Totals> totals();
}
