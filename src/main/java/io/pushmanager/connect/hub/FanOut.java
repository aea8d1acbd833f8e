package io.pushmanager.connect.hub;

import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.rooms.RoomTable;
import io.pushmanager.core.session.CloseCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way to the sockets of one event loop. The frame is encoded once, when the first socket wants it, and shared;
 * a push for several users has one frame for each.
 *
 * <p><b>Thread:</b> the event loop. Used once.
 */
final class FanOut implements RoomTable.Visitor<ClientSocket> {

    private final HubPush push;
    private final String roomId;
    private final boolean perUser;
    private final long reachedUpTo;
    private final List<ClientSocket> slow = new ArrayList<>(0);

    private @Nullable ByteBuf frame;
    private String frameUser = "";
    private long matched;
    private long written;
    private long duplicate;

    /** @param reachedUpTo connections and memberships up to this sequence have had the push already */
    FanOut(HubPush push, long reachedUpTo) {
        this.push = push;
        this.reachedUpTo = reachedUpTo;
        this.roomId = push.target().isRoom() ? push.target().roomId() : "";
        this.perUser = push.target().hasUsers();
    }

    @Override
    public void visit(Member<ClientSocket> member, long since) {
        matched++;
        if (since <= reachedUpTo) {
            duplicate++;
            return;
        }
        ClientSocket socket = member.connection();
        if (socket.writeShared(frameFor(member.userId()))) {
            written++;
        } else {
            slow.add(socket);
        }
    }

    /** Closes the sockets that were too slow, which changes the table and so comes after the visit. */
    DeliveryCounts end() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
        for (ClientSocket socket : slow) {
            socket.close(CloseCode.SLOW_CONSUMER, "too slow");
        }
        return new DeliveryCounts(matched, written, slow.size(), 0, duplicate, 0, 0);
    }

    private ByteBuf frameFor(String userId) {
        String user = perUser ? userId : "";
        ByteBuf current = frame;
        if (current == null || !user.equals(frameUser)) {
            ByteBuf next = ServerFrames.push(push.messageId(), roomId, user, push.content());
            if (current != null) {
                current.release();
            }
            frame = next;
            frameUser = user;
            return next;
        }
        return current;
    }
}
