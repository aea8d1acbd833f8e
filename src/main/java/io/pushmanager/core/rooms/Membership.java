package io.pushmanager.core.rooms;

/** One member in one room. {@code position} is its place in the room's list, so that leaving costs the same in any room. */
final class Membership<C> {

    final Room<C> room;
    final Member<C> member;
    final long since;
    final long joinedMillis;
    int position;

    Membership(Room<C> room, Member<C> member, long since, long joinedMillis, int position) {
        this.room = room;
        this.member = member;
        this.since = since;
        this.joinedMillis = joinedMillis;
        this.position = position;
    }
}
