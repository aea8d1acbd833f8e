package io.pushmanager.connect.hub;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidCreator;
import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.JoinedFrames;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.connect.socket.SocketEvents;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable;
import io.pushmanager.core.session.ClientIds;
import io.pushmanager.core.session.CloseCode;
import io.pushmanager.core.session.CommandError;
import io.pushmanager.core.session.Session.Heartbeat;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sockets, rooms and users of one event loop.
 *
 * <p><b>Thread:</b> confined to its event loop; no locks.
 * <b>Bound:</b> connections are admitted by the {@link NodeCensus}, output per socket by the socket. <b>Time:</b> one sweep
 * for all sockets, called from outside.
 */
public final class RoomHub implements SocketEvents {

    private final Context context;
    private final String nodeId;
    private final HubSettings settings;
    private final NodeCensus census;
    private final Clocks clocks;

    // event loop only
    private final RoomTable<ClientSocket> table;
    private final LoopInterest interest;
    private final CommandDesk desk;
    private final LoopFlush flush;
    private final LoopBacklog backlog;
    private final PushDesk pushes;
    private final Set<ClientSocket> closing = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Promise<Void> drained;
    private @Nullable DrainTimes drainTimes;
    private long drainEndNanos;

    RoomHub(
            Context context,
            String nodeId,
            HubSettings settings,
            NodeCensus census,
            InterestFeed feed,
            Clocks clocks,
            Meters meters) {
        this.context = context;
        this.nodeId = nodeId;
        this.settings = settings;
        this.census = census;
        this.clocks = clocks;
        this.interest = new LoopInterest(context, census, feed, clocks, meters);
        this.table = new RoomTable<>(interest);
        this.flush = new LoopFlush(context, settings.flush(), clocks);
        this.desk = new CommandDesk(table, interest, settings, clocks);
        this.backlog = new LoopBacklog(context, settings.reportWithin().toNanos(), clocks, meters);
        this.pushes = new PushDesk(table, flush, backlog, new ActionDesk(table, desk), settings, clocks, meters);
    }

    /** Welcomes a client whose WebSocket was just opened, after it has joined the rooms it named; or closes it, saying why. */
    public void open(ClientSocket socket, @Nullable String userId, String userName, List<String> rooms) {
        if (userId == null || !ClientIds.isValid(userId)) {
            socket.close(CloseCode.POLICY, "user_id must be 1 to 256 bytes of UTF-8 without control characters");
            return;
        }
        if (!census.enter(userId, settings.socketsPerUser())) {
            socket.close(CloseCode.POLICY, "a user may have " + settings.socketsPerUser() + " connections");
            return;
        }
        Member<ClientSocket> member = table.add(userId, socket);
        // A name that cannot be shown anywhere is not worth the connection.
        member.introduce(ClientIds.isValid(userName) ? userName : "", clocks.currentTimeMillis());
        socket.member(member);
        List<CommandError> refused = new ArrayList<>(0);
        for (String room : rooms) {
            CommandError error = desk.join(member, room);
            if (error != null && !refused.contains(error)) {
                refused.add(error);
            }
        }
        Ulid sessionId = UlidCreator.getUlid();
        socket.named(sessionId);
        long pingMillis = settings.pingInterval().toMillis();
        interest.welcome(
                socket, member, ServerFrames.welcome(sessionId.toString(), nodeId, userId, member.rooms(), pingMillis));
        for (CommandError error : refused) {
            desk.tellRefused(socket, null, error);
        }
        if (drainTimes != null) {
            socket.send(ServerFrames.drain(drainTimes.nextMillis())); // its upgrade had begun before the drain did
        }
    }

    PushDesk pushes() {
        return pushes;
    }

    LoopBacklog backlog() {
        return backlog;
    }

    /** What is known here of each of the users, in their order; null for one who is not here. */
    List<@Nullable UserState> statesOf(List<String> users) {
        List<@Nullable UserState> states = new ArrayList<>(users.size());
        for (String user : users) {
            states.add(table.stateOf(user));
        }
        return states;
    }

    /** Pings the silent, closes the lost and the overdue. To be called a few times per ping interval. */
    public void sweep() {
        long now = clocks.nanoTime();
        long pingInterval = settings.pingInterval().toNanos();
        long pongTimeout = settings.pongTimeout().toNanos();
        for (Member<ClientSocket> member : table.members()) {
            ClientSocket socket = member.connection();
            Heartbeat heartbeat = socket.session().check(now, pingInterval, pongTimeout);
            if (heartbeat == Heartbeat.PING) {
                socket.sendPing();
            } else if (heartbeat == Heartbeat.LOST) {
                socket.close(CloseCode.PING_TIMEOUT, "no answer to a ping");
            }
        }
        for (ClientSocket socket : List.copyOf(closing)) {
            socket.closeIfOverdue(now);
        }
        if (drained != null && now - drainEndNanos >= 0) {
            closeAll();
        }
    }

    /** Asks every client to go, and closes those that have not after {@code graceNanos}. Completes when all connections are gone. */
    Future<Void> drain(long graceNanos, DrainTimes times) {
        if (drained != null) {
            return drained.future();
        }
        Promise<Void> promise = Promise.promise();
        drained = promise;
        drainTimes = times;
        drainEndNanos = clocks.nanoTime() + graceNanos;
        new DrainNotice(context, table.members(), times).tell();
        checkDrained();
        return promise.future();
    }

    /** Closes every socket, saying that the node is leaving. */
    private void closeAll() {
        for (Member<ClientSocket> member : table.members()) {
            member.connection().close(CloseCode.NODE_LEAVING, "node leaving");
        }
    }

    /** Closes what is left and lets go of what waits. The loop's timers end with its verticle, a held flush among them. */
    public void stop() {
        closeAll();
        flush.now();
        backlog.stop();
    }

    @Override
    public void message(ClientSocket socket, ByteBuf utf8) {
        Member<ClientSocket> member = socket.member();
        if (member != null) {
            desk.handle(socket, member, utf8, clocks.nanoTime());
        }
    }

    @Override
    public JoinedFrames joinedFrames() {
        return flush.frames();
    }

    @Override
    public void touched(ClientSocket socket) {
        flush.touched(socket);
    }

    @Override
    public void held(ClientSocket socket) {
        flush.held(socket);
    }

    @Override
    public void backlogged(ClientSocket socket) {
        backlog.add(socket);
    }

    @Override
    public void relieved(ClientSocket socket) {
        backlog.remove(socket);
    }

    @Override
    public void closing(ClientSocket socket) {
        closing.add(socket);
        Member<ClientSocket> member = socket.member();
        if (member != null) {
            socket.member(null);
            table.remove(member);
            census.leave(member.userId());
        }
    }

    @Override
    public void closed(ClientSocket socket) {
        closing.remove(socket);
        census.release();
        checkDrained();
    }

    private void checkDrained() {
        if (drained != null && table.connectionCount() == 0 && closing.isEmpty()) {
            drained.tryComplete();
        }
    }
}
