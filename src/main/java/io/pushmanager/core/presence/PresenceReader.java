package io.pushmanager.core.presence;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Answers from a {@link PresenceTable}: who is where, in pages.
 *
 * <p><b>Order:</b> pages are sorted by id. <b>Bound:</b> a page has as many users or rooms as are asked for, a user as many
 * places as there are nodes with that user. <b>Thread:</b> the table's.
 */
public final class PresenceReader {

    private final Map<String, NodeEntry> nodes;
    private final PlaceIndex places;

    PresenceReader(Map<String, NodeEntry> nodes, PlaceIndex places) {
        this.nodes = nodes;
        this.places = places;
    }

    public List<NodeStatus> nodes(long nowNanos) {
        List<NodeStatus> statuses = new ArrayList<>(nodes.size());
        for (NodeEntry node : nodes.values()) {
            statuses.add(new NodeStatus(node.node, node.load, node.users.size(), nowNanos - node.heardNanos));
        }
        return statuses;
    }

    /** Everywhere the user is, the node to which the user came last first. */
    public List<UserPlace> user(String userId) {
        List<UserPlace> found = new ArrayList<>(1);
        for (String key : places.nodesOf(userId)) {
            NodeEntry node = Objects.requireNonNull(nodes.get(key));
            found.add(new UserPlace(userId, node.node, Objects.requireNonNull(node.users.get(userId))));
        }
        found.sort(
                (a, b) -> Long.compare(b.state().onlineSinceMillis(), a.state().onlineSinceMillis()));
        return found;
    }

    /** Users of a room, each at every node where the user is in it. */
    public Page<UserPlace> room(String roomId, String after, int limit) {
        List<String> users = places.usersIn(roomId, after, limit + 1);
        List<UserPlace> found = new ArrayList<>();
        for (String user : users.subList(0, Math.min(limit, users.size()))) {
            for (UserPlace place : user(user)) {
                if (place.state().rooms().containsKey(roomId)) {
                    found.add(place);
                }
            }
        }
        return new Page<>(found, places.usersIn(roomId), nextOf(users, limit));
    }

    public Whereabouts locate(List<String> roomIds, List<String> userIds, long nowNanos) {
        Set<String> told = new HashSet<>();
        nodes.forEach((key, node) -> {
            if (node.told) {
                told.add(key);
            }
        });
        return new Whereabouts(
                nodes(nowNanos),
                told,
                roomIds.stream().map(places::nodesHolding).toList(),
                userIds.stream().map(places::nodesOf).toList());
    }

    public Page<UserPlace> users(String after, int limit) {
        List<String> users = places.users(after, limit + 1);
        List<UserPlace> found = new ArrayList<>();
        users.subList(0, Math.min(limit, users.size())).forEach(user -> found.addAll(user(user)));
        return new Page<>(found, places.totals().users(), nextOf(users, limit));
    }

    public Page<RoomCount> rooms(String after, int limit) {
        List<String> rooms = places.rooms(after, limit + 1);
        List<RoomCount> found = new ArrayList<>();
        for (String room : rooms.subList(0, Math.min(limit, rooms.size()))) {
            found.add(new RoomCount(room, places.usersIn(room)));
        }
        return new Page<>(found, places.totals().rooms(), nextOf(rooms, limit));
    }

    public Totals totals() {
        return places.totals();
    }

    private static String nextOf(List<String> keys, int limit) {
        return keys.size() > limit ? keys.get(limit - 1) : "";
    }
}
