package io.pushmanager.core.presence;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A user at one node.
 *
 * @param userName empty when not given
 * @param rooms what is known of the user in each room, by its id
 */
public record UserState(
        String userName, long onlineSinceMillis, Map<String, String> metadata, Map<String, Seat> rooms) {

    /** A user in a room. */
    public record Seat(long joinedAtMillis, Map<String, String> metadata) {
        public Seat {
            metadata = Map.copyOf(metadata);
        }
    }

    public UserState {
        metadata = Map.copyOf(metadata);
        rooms = Map.copyOf(rooms);
    }

    public static UserState online(String userName, Map<String, String> metadata, long nowMillis) {
        return new UserState(userName, nowMillis, metadata, Map.of());
    }

    /** One user's states in two tables as one: the earlier of two times counts. */
    public UserState and(UserState other) {
        Map<String, Seat> all = new LinkedHashMap<>(rooms);
        other.rooms.forEach(
                (room, seat) -> all.merge(room, seat, (a, b) -> a.joinedAtMillis() <= b.joinedAtMillis() ? a : b));
        return new UserState(
                userName.isEmpty() ? other.userName : userName,
                Math.min(onlineSinceMillis, other.onlineSinceMillis),
                metadata.isEmpty() ? other.metadata : metadata,
                all);
    }

    /** Under another name and with other metadata, unless there is none. */
    public UserState named(String newName, Map<String, String> newMetadata) {
        return new UserState(
                newName.isEmpty() ? userName : newName,
                onlineSinceMillis,
                newMetadata.isEmpty() ? metadata : newMetadata,
                rooms);
    }

    /** Also in this room. */
    public UserState joined(String roomId, Seat seat) {
        Map<String, Seat> more = new LinkedHashMap<>(rooms);
        more.put(roomId, seat);
        return new UserState(userName, onlineSinceMillis, metadata, more);
    }

    /** No longer in this room. */
    public UserState left(String roomId) {
        Map<String, Seat> fewer = new LinkedHashMap<>(rooms);
        fewer.remove(roomId);
        return new UserState(userName, onlineSinceMillis, metadata, fewer);
    }
}
