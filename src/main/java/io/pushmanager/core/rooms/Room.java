package io.pushmanager.core.rooms;

import java.util.ArrayList;

/** A room that somebody of this event loop is in. */
final class Room<C> {

    final String id;
    final ArrayList<Membership<C>> memberships = new ArrayList<>(2);

    Room(String id) {
        this.id = id;
    }

    Membership<C> add(Member<C> member, long since, long joinedMillis) {
        Membership<C> membership = new Membership<>(this, member, since, joinedMillis, memberships.size());
        memberships.add(membership);
        return membership;
    }

    /** The last one takes the place of the one that goes. */
    void remove(Membership<C> membership) {
        Membership<C> last = memberships.remove(memberships.size() - 1);
        if (last != membership) {
            memberships.set(membership.position, last);
            last.position = membership.position;
        }
    }
}
