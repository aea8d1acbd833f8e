package io.pushmanager.core.message;

import java.util.List;
import java.util.Set;

/**
 * Whom a push is for: a room, users, those users' connections in a room, or everyone.
 *
 * <p>Both {@code roomId} and {@code userIds} empty means every connection, once each.
 *
 * @param roomId empty when not limited to a room
 * @param userIds empty when not limited to users; without duplicates
 * @param excludedUserIds users who do not get it, whomever else the push is for
 */
public record Target(String roomId, List<String> userIds, Set<String> excludedUserIds) {

    private static final Target EVERYONE = new Target("", List.of(), Set.of());

    public static Target everyone() {
        return EVERYONE;
    }

    public static Target room(String roomId) {
        return new Target(roomId, List.of(), Set.of());
    }

    public static Target room(String roomId, Set<String> excludedUserIds) {
        return new Target(roomId, List.of(), excludedUserIds.isEmpty() ? Set.of() : Set.copyOf(excludedUserIds));
    }

    public static Target user(String userId) {
        return new Target("", List.of(userId), Set.of());
    }

    public static Target userInRoom(String userId, String roomId) {
        return new Target(roomId, List.of(userId), Set.of());
    }

    public boolean isEveryone() {
        return roomId.isEmpty() && userIds.isEmpty();
    }

    /** A push to a room and not to particular users of it: its frame carries the room's id. */
    public boolean isRoom() {
        return !roomId.isEmpty() && userIds.isEmpty();
    }

    /** Whether this push counts users rather than a room or everyone. */
    public boolean hasUsers() {
        return !userIds.isEmpty();
    }

    /** Pushes with the same order key keep their order. Exclusions do not count: the room is the same. */
    public int orderKey() {
        return roomId.hashCode() * 31 + userIds.hashCode();
    }

    @Override
    public String toString() {
        return isEveryone() ? "everyone" : isRoom() ? "room" : "user"; // ids are logged only where they are escaped
    }
}
