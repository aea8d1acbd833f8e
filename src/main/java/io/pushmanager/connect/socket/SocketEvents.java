package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;

/** What happens to a socket, for the hub that owns it. <b>Thread:</b> the socket's event loop. */
public interface SocketEvents {

    /** A whole text message of valid UTF-8. The buffer is the caller's; read it before returning. */
    void message(ClientSocket socket, ByteBuf utf8);

    /** Where what waits for the sockets of this event loop is joined. */
    JoinedFrames joinedFrames();

    /** Something was written for the first time since the last flush. */
    void touched(ClientSocket socket);

    /** Something was written that nothing else can follow yet: {@link ClientSocket#flushHeld} is to be called before long. */
    void held(ClientSocket socket);

    /** The socket does not take its bytes: what it gets waits in a queue of its own. */
    void backlogged(ClientSocket socket);

    /** Nothing of it waits any more, or it has ended. */
    void relieved(ClientSocket socket);

    /** The socket gets no more pushes: a close frame is on its way, or it is gone. Once per socket, before {@link #closed}. */
    void closing(ClientSocket socket);

    /** The connection is gone. Once per socket. */
    void closed(ClientSocket socket);
}
