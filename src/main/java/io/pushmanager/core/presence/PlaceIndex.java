package io.pushmanager.core.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Users and nodes by room and nodes by user: what follows from the states in {@link PresenceTable}. <b>Thread:</b> its table's. */
final class PlaceIndex {

    /** Whether a user whose state at one node has changed is in a room at any node. */
    interface Seats {
        boolean isInRoom(String userId, String roomId);
    }

    private final TreeMap<String, List<String>> nodesByUser = new TreeMap<>();
    private final TreeMap<String, TreeSet<String>> usersByRoom = new TreeMap<>();
    /** How many users of a node are in a room. */
    private final Map<String, Map<String, Integer>> nodesByRoom = new HashMap<>();

    /** The state of a user at a node was replaced; null: the user was not, or is not, at it. */
    Change changed(String nodeKey, String userId, @Nullable UserState before, @Nullable UserState after, Seats seats) {
        if (after != null) {
            for (String room : after.rooms().keySet()) {
                if (before == null || !before.rooms().containsKey(room)) {
                    usersByRoom.computeIfAbsent(room, absent -> new TreeSet<>()).add(userId);
                    nodesByRoom
                            .computeIfAbsent(room, absent -> new HashMap<>(2))
                            .merge(nodeKey, 1, Integer::sum);
                }
            }
        }
        Change change = Change.NONE;
        if (before == null && after != null) {
            change = added(nodeKey, userId);
        } else if (before != null && after == null) {
            change = removed(nodeKey, userId);
        }
        if (before != null) {
            for (String room : before.rooms().keySet()) {
                if (after == null || !after.rooms().containsKey(room)) {
                    exitAt(nodeKey, room);
                    if (!seats.isInRoom(userId, room)) {
                        exit(userId, room);
                    }
                }
            }
        }
        return change;
    }

    private Change added(String nodeKey, String userId) {
        List<String> nodes = nodesByUser.computeIfAbsent(userId, absent -> new ArrayList<>(1));
        nodes.add(nodeKey);
        return nodes.size() == 1 ? new Change(1, 0) : Change.NONE;
    }

    private Change removed(String nodeKey, String userId) {
        List<String> nodes = nodesByUser.getOrDefault(userId, new ArrayList<>());
        nodes.remove(nodeKey);
        if (!nodes.isEmpty()) {
            return Change.NONE;
        }
        nodesByUser.remove(userId);
        return new Change(0, 1);
    }

    private void exit(String userId, String roomId) {
        Set<String> users = usersByRoom.get(roomId);
        if (users != null && users.remove(userId) && users.isEmpty()) {
            usersByRoom.remove(roomId);
        }
    }

    private void exitAt(String nodeKey, String roomId) {
        Map<String, Integer> nodes = nodesByRoom.get(roomId);
        if (nodes != null && nodes.merge(nodeKey, -1, Integer::sum) <= 0) {
            nodes.remove(nodeKey);
            if (nodes.isEmpty()) {
                nodesByRoom.remove(roomId);
            }
        }
    }

    List<String> nodesHolding(String roomId) {
        return List.copyOf(nodesByRoom.getOrDefault(roomId, Map.of()).keySet());
    }

    List<String> nodesOf(String userId) {
        return List.copyOf(nodesByUser.getOrDefault(userId, List.of()));
    }

    boolean isInRoom(String roomId, String userId) {
        Set<String> users = usersByRoom.get(roomId);
        return users != null && users.contains(userId);
    }

    int usersIn(String roomId) {
        Set<String> users = usersByRoom.get(roomId);
        return users == null ? 0 : users.size();
    }

    List<String> usersIn(String roomId, String after, int limit) {
        NavigableSet<String> users = usersByRoom.get(roomId);
        return users == null ? List.of() : firstOf(users.tailSet(after, false), limit);
    }

    List<String> users(String after, int limit) {
        return firstOf(nodesByUser.navigableKeySet().tailSet(after, false), limit);
    }

    List<String> rooms(String after, int limit) {
        return firstOf(usersByRoom.navigableKeySet().tailSet(after, false), limit);
    }

    Totals totals() {
        return new Totals(usersByRoom.size(), nodesByUser.size());
    }

    private static List<String> firstOf(Set<String> sorted, int limit) {
        return sorted.stream().limit(limit).toList();
    }
}
