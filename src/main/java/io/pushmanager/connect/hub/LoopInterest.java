package io.pushmanager.connect.hub;

import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable.RoomListener;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells of one event loop's rooms and users, and holds what a client may not be told yet: that it is in a room, or welcome, while a
 * manager might still leave this node out.
 *
 * <p>Only rooms and users that came under a lease and have not been answered for are remembered; a join of any other is held up by
 * nothing. <b>Bound:</b> what is held waits for one lease at most. <b>Thread:</b> confined to its event loop. <b>Source:</b>
 * docs/decisions/0011-interest.md
 */
final class LoopInterest implements RoomListener {

    /** A room or user that is not known to every manager yet, and what waits for that. */
    private final class Unknown implements InterestFeed.Question {

        private final Map<String, Unknown> among;
        private final String id;
        private final List<HeldAnswer> waiting = new ArrayList<>(1);

        Unknown(Map<String, Unknown> among, String id) {
            this.among = among;
            this.id = id;
        }

        @Override
        public Context loop() {
            return context;
        }

        @Override
        public void answered() {
            if (among.remove(id, this)) {
                waiting.forEach(LoopInterest.this::oneLess);
            }
        }
    }

    private final Context context;
    private final NodeCensus census;
    private final InterestFeed feed;
    private final Clocks clocks;
    private final Meters meters;
    private final Map<String, Unknown> rooms = new HashMap<>();
    private final Map<String, Unknown> users = new HashMap<>();

    LoopInterest(Context context, NodeCensus census, InterestFeed feed, Clocks clocks, Meters meters) {
        this.context = context;
        this.census = census;
        this.feed = feed;
        this.clocks = clocks;
        this.meters = meters;
    }

    @Override
    public void roomOpened(String roomId) {
        census.roomOpened(roomId);
        if (feed.isOn()) {
            feed.roomCame(roomId);
            askUnlessFree(rooms, roomId);
        }
    }

    @Override
    public void roomClosed(String roomId) {
        census.roomClosed(roomId);
        if (feed.isOn()) {
            forget(rooms, roomId);
            feed.roomWent(roomId);
        }
    }

    @Override
    public void userCame(String userId) {
        if (feed.isOn()) {
            feed.userCame(userId);
            askUnlessFree(users, userId);
        }
    }

    @Override
    public void userWent(String userId) {
        if (feed.isOn()) {
            forget(users, userId);
            feed.userWent(userId);
        }
    }

    @Override
    public void userChanged(String userId) {
        census.userChanged(userId);
    }

    private void askUnlessFree(Map<String, Unknown> among, String id) {
        if (feed.isLeased(clocks.nanoTime())) {
            Unknown unknown = new Unknown(among, id);
            among.put(id, unknown);
            feed.ask(unknown);
        }
    }

    /** Nobody is in it any more, so that nothing needs to wait for it. */
    private void forget(Map<String, Unknown> among, String id) {
        Unknown unknown = among.isEmpty() ? null : among.remove(id);
        if (unknown != null && !unknown.waiting.isEmpty()) {
            // Not now: the table is being changed, and what is said may close a socket.
            context.runOnContext(task -> unknown.waiting.forEach(this::oneLess));
        }
    }

    /** Says {@code joined} as soon as it may be said. */
    void joined(ClientSocket socket, Member<ClientSocket> member, String roomId, @Nullable String idJson) {
        Unknown unknown = rooms.isEmpty() ? null : rooms.get(roomId);
        if (unknown == null) {
            socket.send(ServerFrames.joined(idJson, roomId));
        } else {
            hold(new HeldAnswer.Joined(socket, member, roomId, idJson), unknown);
        }
    }

    /** The member is about to leave the room: says what is left to say of its being there. Every command has its answer. */
    void leaving(Member<ClientSocket> member, String roomId) {
        Unknown unknown = rooms.isEmpty() ? null : rooms.get(roomId);
        if (unknown != null) {
            List<HeldAnswer> due = new ArrayList<>(0);
            unknown.waiting.removeIf(answer -> answer.isOf(member) && due.add(answer));
            due.forEach(this::oneLess);
        }
    }

    /** Welcomes a new member, or has the socket hold the frame, and everything after it, until it may be welcomed. */
    void welcome(ClientSocket socket, Member<ClientSocket> member, ByteBuf frame) {
        List<Unknown> unknown = rooms.isEmpty() && users.isEmpty() ? List.of() : unknownOf(member);
        if (unknown.isEmpty()) {
            socket.send(frame);
            return;
        }
        socket.corkBehind(frame);
        HeldAnswer welcome = new HeldAnswer.Welcome(socket);
        unknown.forEach(one -> hold(welcome, one));
    }

    private List<Unknown> unknownOf(Member<ClientSocket> member) {
        List<Unknown> found = new ArrayList<>(2);
        Unknown user = users.get(member.userId());
        if (user != null) {
            found.add(user);
        }
        for (String room : member.rooms()) {
            Unknown unknown = rooms.get(room);
            if (unknown != null) {
                found.add(unknown);
            }
        }
        return found;
    }

    private void hold(HeldAnswer answer, Unknown unknown) {
        if (answer.waitsFor == 0) {
            answer.sinceNanos = clocks.nanoTime();
            feed.holds(1);
        }
        answer.waitsFor++;
        unknown.waiting.add(answer);
    }

    private void oneLess(HeldAnswer answer) {
        answer.waitsFor--;
        if (answer.waitsFor == 0) {
            feed.holds(-1);
            meters.joinHeld(clocks.nanoTime() - answer.sinceNanos);
            answer.say();
        }
    }
}
