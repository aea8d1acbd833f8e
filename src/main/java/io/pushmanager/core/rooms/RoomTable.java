package io.pushmanager.core.rooms;

import io.pushmanager.core.message.Target;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop, by room and by user.
 *
 * <p><b>Bound:</b> none of its own: callers admit connections and limit rooms. A room or user nobody is left of is forgotten.
 * <b>Order:</b> the order of a fan-out is not promised. <b>Thread:</b> confined to one event loop; no locks. Not to be changed
 * from inside a visit. <b>Time:</b> none: connections and memberships are numbered in the order in which they came
 * ({@link #sequence}), which is how a repeated push finds those who came later.
 *
 * @param <C> what writes to a connection
 */
public final class RoomTable<C> {

    /** Called for every connection that a push concerns, once each. */
    @FunctionalInterface
    public interface Visitor<C> {
        /** @param since the sequence at which the connection came to be concerned: its arrival, or its joining of the room */
        void visit(Member<C> member, long since);
    }

    /** Told when the first of this loop enters a room and when the last has left it, and whenever a user's places change. */
    public interface RoomListener {
        void roomOpened(String roomId);

        void roomClosed(String roomId);

        /** The first connection of the user on this loop. */
        default void userCame(String userId) {}

        /** The last one is gone. */
        default void userWent(String userId) {}

        /** A connection of the user came or went, or joined or left a room. */
        void userChanged(String userId);
    }

    private final RoomListener listener;
    private final Map<String, Room<C>> rooms = new HashMap<>();
    private final Map<String, Member<C>> newestByUser = new HashMap<>();
    private final ArrayList<Member<C>> members = new ArrayList<>();
    private long sequence;

    public RoomTable(RoomListener listener) {
        this.listener = listener;
    }

    public Member<C> add(String userId, C connection) {
        Member<C> other = newestByUser.get(userId);
        String shared = other == null ? userId : other.userId(); // one string for all connections of a user
        Member<C> member = new Member<>(shared, connection, ++sequence, members.size());
        member.nextOfUser = other;
        members.add(member);
        newestByUser.put(shared, member);
        if (other == null) {
            listener.userCame(shared);
        }
        listener.userChanged(shared);
        return member;
    }

    /** Leaves every room and forgets the connection. */
    public void remove(Member<C> member) {
        while (!member.memberships.isEmpty()) {
            exit(member.memberships.remove(member.memberships.size() - 1));
        }
        Member<C> last = members.remove(members.size() - 1);
        if (last != member) {
            members.set(member.position, last);
            last.position = member.position;
        }
        unlinkFromUser(member);
        listener.userChanged(member.userId());
    }

    /**
     * @param nowMillis on the wall clock, for whoever asks since when
     * @return whether the connection was not in the room before
     */
    public boolean join(Member<C> member, String roomId, long nowMillis) {
        if (member.isIn(roomId)) {
            return false;
        }
        Room<C> room = rooms.get(roomId);
        if (room == null) {
            room = new Room<>(roomId);
            rooms.put(roomId, room);
            listener.roomOpened(roomId);
        }
        member.memberships.add(room.add(member, ++sequence, nowMillis));
        listener.userChanged(member.userId());
        return true;
    }

    /** @return whether the connection was in the room */
    public boolean leave(Member<C> member, String roomId) {
        Membership<C> membership = member.membershipOf(roomId);
        if (membership == null) {
            return false;
        }
        member.memberships.remove(membership);
        exit(membership);
        listener.userChanged(member.userId());
        return true;
    }

    /** Visits every connection that a push to {@code target} concerns, each once. */
    public void visit(Target target, Visitor<C> visitor) {
        if (target.hasUsers()) {
            visitUsers(target, visitor);
        } else if (target.isRoom()) {
            visitRoom(target, visitor);
        } else {
            visitEveryone(target.excludedUserIds(), visitor);
        }
    }

    /** Everything that is known of a user here, over all connections; null when there is none. */
    public @Nullable UserState stateOf(String userId) {
        Member<C> newest = newestByUser.get(userId);
        if (newest == null) {
            return null;
        }
        String name = "";
        long since = Long.MAX_VALUE;
        Map<String, Seat> seats = new HashMap<>();
        for (Member<C> member = newest; member != null; member = member.nextOfUser) {
            name = name.isEmpty() ? member.userName() : name;
            since = Math.min(since, member.cameMillis());
            for (Membership<C> membership : member.memberships) {
                seats.merge(
                        membership.room.id,
                        new Seat(membership.joinedMillis, Map.of()),
                        (a, b) -> a.joinedAtMillis() <= b.joinedAtMillis() ? a : b);
            }
        }
        return new UserState(name, since, Map.of(), seats);
    }

    /** A copy, so that connections may come and go while it is walked. */
    public List<Member<C>> members() {
        return new ArrayList<>(members);
    }

    /** The number of the newest connection or membership; 0 before the first. */
    public long sequence() {
        return sequence;
    }

    public int connectionCount() {
        return members.size();
    }

    int roomCount() {
        return rooms.size();
    }

    int userCount() {
        return newestByUser.size();
    }

    private void visitEveryone(Set<String> excluded, Visitor<C> visitor) {
        for (int i = 0; i < members.size(); i++) {
            Member<C> member = members.get(i);
            if (excluded.isEmpty() || !excluded.contains(member.userId())) {
                visitor.visit(member, member.since);
            }
        }
    }

    private void visitRoom(Target target, Visitor<C> visitor) {
        Room<C> room = rooms.get(target.roomId());
        if (room == null) {
            return;
        }
        Set<String> excluded = target.excludedUserIds();
        List<Membership<C>> memberships = room.memberships;
        for (int i = 0; i < memberships.size(); i++) {
            Membership<C> membership = memberships.get(i);
            if (excluded.isEmpty() || !excluded.contains(membership.member.userId())) {
                visitor.visit(membership.member, membership.since);
            }
        }
    }

    private void visitUsers(Target target, Visitor<C> visitor) {
        List<String> users = target.userIds();
        Iterable<String> distinct =
                users.size() == 1 ? users : new HashSet<>(users); // a push reaches each connection once
        for (String user : distinct) {
            if (target.excludedUserIds().contains(user)) {
                continue;
            }
            for (Member<C> member = newestByUser.get(user); member != null; member = member.nextOfUser) {
                if (target.roomId().isEmpty()) {
                    visitor.visit(member, member.since);
                    continue;
                }
                Membership<C> membership = member.membershipOf(target.roomId());
                if (membership != null) {
                    visitor.visit(member, membership.since);
                }
            }
        }
    }

    private void exit(Membership<C> membership) {
        Room<C> room = membership.room;
        room.remove(membership);
        if (room.memberships.isEmpty()) {
            rooms.remove(room.id);
            listener.roomClosed(room.id);
        }
    }

    private void unlinkFromUser(Member<C> member) {
        Member<C> newest = Objects.requireNonNull(newestByUser.get(member.userId()));
        if (newest == member) {
            Member<C> next = member.nextOfUser;
            if (next == null) {
                newestByUser.remove(member.userId());
                listener.userWent(member.userId());
            } else {
                newestByUser.put(member.userId(), next);
            }
            return;
        }
        Member<C> before = newest;
        while (before.nextOfUser != member) {
            before = Objects.requireNonNull(before.nextOfUser);
        }
        @Nullable Member<C> after = member.nextOfUser;
        before.nextOfUser = after;
    }
}
