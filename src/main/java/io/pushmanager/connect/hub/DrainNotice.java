package io.pushmanager.connect.hub;

import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.ServerFrames;
import io.pushmanager.core.rooms.Member;
import io.vertx.core.Context;
import java.util.List;

/**
 * Tells the sockets of one event loop to go, some of them in each turn, so that pushes are not held up by it.
 *
 * <p><b>Thread:</b> confined to its event loop.
 */
final class DrainNotice {

    private static final int SOCKETS_A_TURN = 100;

    private final Context context;
    private final List<Member<ClientSocket>> members;
    private final DrainTimes times;
    private int next;

    /** @param members a copy */
    DrainNotice(Context context, List<Member<ClientSocket>> members, DrainTimes times) {
        this.context = context;
        this.members = members;
        this.times = times;
    }

    void tell() {
        int end = Math.min(next + SOCKETS_A_TURN, members.size());
        for (; next < end; next++) {
            ClientSocket socket = members.get(next).connection();
            if (socket.isOpen()) {
                socket.send(ServerFrames.drain(times.nextMillis()));
            }
        }
        if (next < members.size()) {
            context.runOnContext(turn -> tell());
        }
    }
}
