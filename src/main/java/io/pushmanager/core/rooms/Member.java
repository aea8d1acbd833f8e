package io.pushmanager.core.rooms;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection as the {@link RoomTable} sees it: its user, its rooms, and when it came.
 *
 * <p><b>Thread:</b> that of its table.
 *
 * @param <C> what writes to the connection
 */
public final class Member<C> {

    private final String userId;
    private final C connection;

    // the table only
    final long since;
    int position;

    @Nullable
    Member<C> nextOfUser;

    /** Seconds, as an unsigned int: there are very many members. */
    private int cameSeconds;

    private String userName = ""; // of those who gave none the same

    final ArrayList<Membership<C>> memberships = new ArrayList<>(1);

    Member(String userId, C connection, long since, int position) {
        this.userId = userId;
        this.connection = connection;
        this.since = since;
        this.position = position;
    }

    public String userId() {
        return userId;
    }

    /** What else is known of whom the connection belongs to. To be called once, before anybody asks. */
    public void introduce(String name, long nowMillis) {
        userName = name;
        cameSeconds = (int) (nowMillis / 1_000);
    }

    /** Empty when not given. */
    public String userName() {
        return userName;
    }

    /** When the connection came, on the wall clock, to the second. */
    public long cameMillis() {
        return Integer.toUnsignedLong(cameSeconds) * 1_000;
    }

    public C connection() {
        return connection;
    }

    public int roomCount() {
        return memberships.size();
    }

    public boolean isIn(String roomId) {
        return membershipOf(roomId) != null;
    }

    /** In the order of joining, as long as none was left. */
    public List<String> rooms() {
        List<String> ids = new ArrayList<>(memberships.size());
        for (Membership<C> membership : memberships) {
            ids.add(membership.room.id);
        }
        return ids;
    }

    /** Searches a list that the rooms-per-socket limit keeps short. */
    @Nullable
    Membership<C> membershipOf(String roomId) {
        for (int i = 0; i < memberships.size(); i++) {
            if (memberships.get(i).room.id.equals(roomId)) {
                return memberships.get(i);
            }
        }
        return null;
    }
}
