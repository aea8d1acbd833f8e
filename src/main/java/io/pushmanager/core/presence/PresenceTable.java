package io.pushmanager.core.presence;

import io.pushmanager.core.presence.UserState.Seat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which users are at which nodes and in which rooms.
 *
 * <p>A user at a node has one {@link UserState}, which is only ever replaced as a whole; the indexes by user and by room
 * follow from it. So it does not matter how often a state is told, only that the last told is the last that was.
 *
 * <p><b>Bound:</b> none of its own: what the nodes hold. A node, user or room that nobody is left of is forgotten.
 * <b>Thread:</b> confined to one. <b>Time:</b> callers pass it; silence is measured
 * on the monotonic clock. <b>Source:</b> docs/decisions/0010-presence.md.
 */
public final class PresenceTable {

    /** What became of an {@link Update}. */
    public record Applied(boolean accepted, Change change) {}

    /** What became of joining a room. */
    public record Joined(boolean accepted, long usersInRoom, Change change) {}

    private static final Applied REFUSED = new Applied(false, Change.NONE);

    private final Map<String, NodeEntry> nodes = new LinkedHashMap<>();
    private final PlaceIndex places = new PlaceIndex();
    private final PresenceReader reader = new PresenceReader(nodes, places);

    /** What is in it now; always the same one, it sees every change. */
    public PresenceReader read() {
        return reader;
    }

    /** A node is there, or describes itself anew. Another process at its address is gone. */
    public Change register(PresenceNode node, NodeLoad load, long nowNanos) {
        Change change = Change.NONE;
        if (!node.address().isEmpty()) {
            for (NodeEntry other : List.copyOf(nodes.values())) {
                if (other.node.address().equals(node.address())
                        && !other.node.key().equals(node.key())) {
                    change = change.plus(remove(other));
                }
            }
        }
        NodeEntry known = nodes.get(node.key());
        if (known == null) {
            known = new NodeEntry(node, load);
            nodes.put(node.key(), known);
        }
        known.node = node;
        known.load = load;
        known.heardNanos = nowNanos;
        return change;
    }

    /** False: there is no such node, it must register. */
    public boolean heartbeat(String nodeKey, NodeLoad load, boolean draining, long nowNanos) {
        NodeEntry node = nodes.get(nodeKey);
        if (node == null) {
            return false;
        }
        node.node = node.node.withDraining(draining);
        node.load = load;
        node.heardNanos = nowNanos;
        return true;
    }

    /** Takes in what a node told; refused when the node is not known, or a newer stream of it is. */
    public Applied apply(String nodeKey, Update update, long nowNanos) {
        NodeEntry node = nodes.get(nodeKey);
        if (node == null || update.epoch() < node.epoch) {
            return REFUSED;
        }
        if (update.epoch() > node.epoch && !update.snapshotBegins()) {
            return REFUSED; // a stream has to tell everything before it tells changes
        }
        node.heardNanos = nowNanos;
        node.epoch = update.epoch();
        if (update.snapshotBegins()) {
            node.untold = new HashSet<>(node.users.keySet());
            node.told = false;
        }
        Change change = Change.NONE;
        for (UserReport user : update.users()) {
            if (node.untold != null) {
                node.untold.remove(user.userId());
            }
            change = change.plus(put(node, user.userId(), user.state()));
        }
        if (update.snapshotEnds() && node.untold != null) {
            for (String gone : node.untold) {
                change = change.plus(put(node, gone, null));
            }
            node.untold = null;
        }
        if (update.snapshotEnds()) {
            node.told = true;
        }
        return new Applied(true, change);
    }

    /** The stream with this epoch broke: until the node has told everything again, it may hold more than it told. */
    public void broken(String nodeKey, long epoch) {
        NodeEntry node = nodes.get(nodeKey);
        if (node != null && node.epoch == epoch) {
            node.told = false;
        }
    }

    /** A user came to a node, which need not be known. */
    public Change online(
            String nodeId,
            String userId,
            String userName,
            Map<String, String> metadata,
            long nowMillis,
            long nowNanos) {
        NodeEntry node = named(nodeId, nowNanos);
        UserState known = node.users.get(userId);
        return put(
                node,
                userId,
                known == null ? UserState.online(userName, metadata, nowMillis) : known.named(userName, metadata));
    }

    /** A user left a node, or with an empty {@code nodeId} all. */
    public Change offline(String nodeId, String userId) {
        Change change = Change.NONE;
        for (NodeEntry node : holding(nodeId, userId)) {
            change = change.plus(put(node, userId, null));
        }
        return change;
    }

    /**
     * A user is in a room at a node, which need not be known; refused when the room has {@code limit} other users.
     *
     * @param limit 0: none
     */
    public Joined join(
            String nodeId, String userId, String userName, String roomId, Seat seat, int limit, long nowNanos) {
        if (limit > 0 && !places.isInRoom(roomId, userId) && places.usersIn(roomId) >= limit) {
            return new Joined(false, places.usersIn(roomId), Change.NONE);
        }
        NodeEntry node = named(nodeId, nowNanos);
        UserState known = node.users.get(userId);
        UserState state = known == null
                ? UserState.online(userName, Map.of(), seat.joinedAtMillis())
                : known.named(userName, Map.of());
        Change change = put(node, userId, state.joined(roomId, seat));
        return new Joined(true, places.usersIn(roomId), change);
    }

    /** @return how many users are left in the room */
    public long leave(String nodeId, String userId, String roomId) {
        for (NodeEntry node : holding(nodeId, userId)) {
            UserState state = Objects.requireNonNull(node.users.get(userId));
            put(node, userId, state.left(roomId));
        }
        return places.usersIn(roomId);
    }

    /**
     * A node is gone, and so are its users from it.
     *
     * @param silentNanos nothing happens if it was heard more lately than that
     */
    public Change remove(String nodeKey, long silentNanos, long nowNanos) {
        NodeEntry node = nodes.get(nodeKey);
        return node == null || nowNanos - node.heardNanos < silentNanos ? Change.NONE : remove(node);
    }

    private Change remove(NodeEntry node) {
        Change change = Change.NONE;
        for (String user : List.copyOf(node.users.keySet())) {
            change = change.plus(put(node, user, null));
        }
        nodes.remove(node.node.key());
        return change;
    }

    /** The process that is meant by a node id: the newest of that name. */
    public Optional<String> keyOf(String nodeId) {
        String found = null;
        for (NodeEntry node : nodes.values()) {
            if (node.node.nodeId().equals(nodeId)) {
                found = node.node.key();
            }
        }
        return Optional.ofNullable(found);
    }

    private Change put(NodeEntry node, String userId, @Nullable UserState state) {
        UserState before = state == null ? node.users.remove(userId) : node.users.put(userId, state);
        return places.changed(node.node.key(), userId, before, state, this::isInRoomElsewhere);
    }

    private boolean isInRoomElsewhere(String userId, String roomId) {
        for (String key : places.nodesOf(userId)) {
            UserState state = Objects.requireNonNull(nodes.get(key)).users.get(userId);
            if (state != null && state.rooms().containsKey(roomId)) {
                return true;
            }
        }
        return false;
    }

    private NodeEntry named(String nodeId, long nowNanos) {
        String key = keyOf(nodeId).orElse("");
        NodeEntry node = nodes.get(key);
        if (node == null) {
            node = new NodeEntry(PresenceNode.named(nodeId), NodeLoad.NONE);
            node.heardNanos = nowNanos;
            nodes.put(node.node.key(), node);
        } else if (node.node.instanceId().isEmpty()) {
            node.heardNanos = nowNanos; // one without heartbeats of its own is heard by what is told of it
        }
        return node;
    }

    private List<NodeEntry> holding(String nodeId, String userId) {
        List<NodeEntry> found = new ArrayList<>(1);
        for (String key : places.nodesOf(userId)) {
            NodeEntry node = Objects.requireNonNull(nodes.get(key));
            if (nodeId.isEmpty() || node.node.nodeId().equals(nodeId)) {
                found.add(node);
            }
        }
        return found;
    }
}
