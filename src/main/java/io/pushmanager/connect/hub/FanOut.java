package io.pushmanager.connect.hub;

import io.netty.buffer.ByteBuf;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.PushSource;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.connect.socket.Taken;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.output.Dispatch;
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
final class FanOut implements RoomTable.Visitor<ClientSocket>, PushSource {

    private final HubPush push;
    private final String roomId;
    private final boolean perUser;
    private final boolean expires;
    private final long reachedUpTo;
    private final Dispatch.Listener listener;
    private final List<ClientSocket> slow = new ArrayList<>(0);

    private @Nullable ByteBuf frame;
    private @Nullable Dispatch dispatch;
    private String frameUser = "";
    private long matched;
    private long written;
    private long duplicate;

    /**
     * @param reachedUpTo connections and memberships up to this sequence have had the push already
     * @param listener told of frames that end later
     */
    FanOut(HubPush push, long reachedUpTo, Dispatch.Listener listener) {
        this.push = push;
        this.reachedUpTo = reachedUpTo;
        this.listener = listener;
        this.roomId = push.target().isRoom() ? push.target().roomId() : "";
        this.perUser = push.target().hasUsers();
        this.expires = push.handling().expires();
    }

    @Override
    public void visit(Member<ClientSocket> member, long since) {
        matched++;
        if (since <= reachedUpTo) {
            duplicate++;
            return;
        }
        ClientSocket socket = member.connection();
        Taken taken = socket.push(frameFor(member.userId()), this);
        if (taken == Taken.WRITTEN) {
            written++;
        } else if (taken == Taken.TOO_SLOW) {
            slow.add(socket);
        }
    }

    @Override
    public boolean expires() {
        return expires;
    }

    @Override
    public boolean conflates() {
        return push.handling().conflates();
    }

    @Override
    public Dispatch dispatch() {
        Dispatch known = dispatch;
        if (known == null) {
            known = new Dispatch(push.target(), push.handling(), listener);
            dispatch = known;
        }
        return known;
    }

    /** Closes the sockets that were too slow, which changes the table and so comes after the visit. */
    void end() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
        for (ClientSocket socket : slow) {
            socket.close(CloseCode.SLOW_CONSUMER, "too slow");
        }
        if (dispatch != null) {
            dispatch.handedOut(matched, written, slow.size(), duplicate);
        }
    }

    /** As far as it is known after {@link #end}. */
    DeliveryCounts counts() {
        return dispatch == null
                ? new DeliveryCounts(matched, written, slow.size(), 0, duplicate, 0, 0)
                : dispatch.counts();
    }

    /** Null when every frame has ended. */
    @Nullable
    Dispatch unfinished() {
        return dispatch == null || dispatch.isComplete() ? null : dispatch;
    }

    long writtenAtOnce() {
        return written;
    }

    long droppedAtOnce() {
        return slow.size();
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
