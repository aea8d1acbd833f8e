package io.pushmanager.connect.socket;

import com.github.f4b6a3.ulid.Ulid;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.output.OutputQueue;
import io.pushmanager.core.output.Overflow;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.session.CloseCode;
import io.pushmanager.core.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, from the upgrade to its end. What it is sent goes through its {@link SocketOutput}.
 *
 * <p><b>Bound:</b> {@link SocketRules#output} waits for it, or one frame. <b>Order:</b> frames leave in the order of writing, as long as
 * the client reads them; what waits for one that does not, by priority. <b>Thread:</b> confined to the channel's event loop; no locks.
 * <b>Failure:</b> a dead connection ends in {@link SocketEvents#closed}; writing to it does nothing.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // Netty's: a write or close that fails ends the channel, which is what is listened
// for
public final class ClientSocket {

    private enum State {
        OPEN,
        /** A close frame was written; what still comes in is thrown away. */
        CLOSING,
        CLOSED
    }

    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long SLOW_LINGER_NANOS = 10_000_000_000L;

    private final SocketEvents events;
    private final SocketRules rules;
    private final Session session;
    private final SocketOutput output;

    private @Nullable Member<ClientSocket> member;
    private State state = State.OPEN;
    private long closeByNanos;
    // The name of the session, as the client knows it, without a string for each of very many sockets.
    private long nameHigh;
    private long nameLow;

    public ClientSocket(SocketEvents events, SocketRules rules) {
        this.events = events;
        this.rules = rules;
        this.session = new Session(rules.clocks().nanoTime());
        this.output = new SocketOutput(this, events, rules);
    }

    public Session session() {
        return session;
    }

    public void named(Ulid sessionId) {
        nameHigh = sessionId.getMostSignificantBits();
        nameLow = sessionId.getLeastSignificantBits();
    }

    /** As {@code welcome} says it. */
    public String sessionId() {
        return new Ulid(nameHigh, nameLow).toString();
    }

    /** Its entry in the room table; null before it is welcome and after it has left. */
    public @Nullable Member<ClientSocket> member() {
        return member;
    }

    public void member(@Nullable Member<ClientSocket> entry) {
        this.member = entry;
    }

    public boolean isOpen() {
        return state == State.OPEN;
    }

    SocketRules rules() {
        return rules;
    }

    SocketEvents events() {
        return events;
    }

    void attach(ChannelHandlerContext channelContext) {
        output.attach(channelContext);
    }

    void attachLast(ChannelHandlerContext channelContext) {
        output.attachLast(channelContext);
    }

    /** Writes a frame that other sockets get too; the caller keeps its reference. */
    public Taken push(ByteBuf frame, PushSource source) {
        return output.push(frame, source);
    }

    /** Writes a frame of its own and takes it over. A socket that does not read its answers is closed like one that does not read its pushes. */
    public void send(ByteBuf frame) {
        if (state != State.OPEN) {
            frame.release();
        } else if (!output.own(frame, Priority.NORMAL)) {
            close(CloseCode.SLOW_CONSUMER, "output not read");
        }
    }

    public void sendPing() {
        sendControl(Frames.ping());
    }

    /** A ping or pong: nothing that a client is told holds it up. */
    void sendControl(ByteBuf frame) {
        if (state != State.OPEN) {
            frame.release();
        } else if (!output.control(frame)) {
            close(CloseCode.SLOW_CONSUMER, "output not read");
        }
    }

    /** Takes over a frame that may not leave yet. Whatever else is to be sent waits behind it, pings and pongs apart. */
    public void corkBehind(ByteBuf first) {
        if (output.context() == null || state != State.OPEN) {
            first.release();
        } else {
            output.hold(first);
        }
    }

    /** The frame may leave, and with it what waits behind it. Does nothing when nothing does. */
    public void uncork() {
        output.letGo();
    }

    /** Hands what waits to the kernel; what it does not take now waits for it. */
    public void flush() {
        output.flush();
    }

    /** Hands to the kernel what was written ahead of a frame that may not leave yet, if it still may not. */
    public void flushHeld() {
        output.flushHeld();
    }

    /** What waits for a client that does not read; null when nothing does. */
    public @Nullable OutputQueue<ByteBuf> backlog() {
        return output.queue();
    }

    /** Bytes in memory that the client has not taken. */
    public long waitingBytes() {
        OutputQueue<ByteBuf> queue = output.queue();
        return output.bytesAhead() + (queue == null ? 0 : queue.bytes());
    }

    /** Gives up what has waited for too long, and the socket with it unless it is to go on with gaps. To be called every so often. */
    public void checkBacklog(long nowNanos) {
        OutputQueue<ByteBuf> queue = output.queue();
        if (queue == null || state != State.OPEN) {
            return;
        }
        queue.expire(nowNanos);
        if (!queue.isOverdue(nowNanos)) {
            return;
        }
        if (rules.output().overflow() == Overflow.DISCONNECT) {
            close(CloseCode.SLOW_CONSUMER, "too slow");
        } else {
            queue.dropOverdue(nowNanos);
        }
    }

    /**
     * Says why and closes. Our side is shut after the close frame and the rest read away for a moment: closing at once
     * while the client is still sending would reset the connection, and the client would not see the reason.
     */
    public void close(CloseCode code, String reason) {
        close(code.number(), reason);
    }

    /** As {@link #close(CloseCode, String)}, with a code that an operator chose. */
    public void close(int code, String reason) {
        if (state != State.OPEN) {
            return;
        }
        uncork(); // says nothing that anybody can rely on: the client sees that it is closed
        flush();
        boolean slow =
                code == CloseCode.SLOW_CONSUMER.number(); // has to read all that was written before the close frame
        beginClosing(slow ? SLOW_LINGER_NANOS : LINGER_NANOS);
        output.end(slow);
        ChannelHandlerContext context = output.context();
        if (context != null) {
            context.writeAndFlush(Frames.close(code, reason)).addListener((ChannelFutureListener) written -> {
                if (written.isSuccess() && written.channel() instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput();
                } else {
                    written.channel().close();
                }
            });
        }
    }

    /** The client's close frame: says it back and closes; or, when ours went first, just closes. */
    void closedByClient(int statusCode) {
        ChannelHandlerContext context = output.context();
        if (context == null) {
            return;
        }
        if (state == State.OPEN) {
            flush();
            beginClosing(LINGER_NANOS);
            output.end(false);
            context.writeAndFlush(Frames.closeEcho(statusCode)).addListener(ChannelFutureListener.CLOSE);
        } else {
            context.close();
        }
    }

    /** Closes the connection of a socket whose client has had its time to see the close frame. */
    public boolean closeIfOverdue(long nowNanos) {
        boolean overdue = state == State.CLOSING && nowNanos - closeByNanos >= 0;
        if (overdue) {
            abort();
        }
        return overdue;
    }

    /** Ends the connection without a word. */
    public void abort() {
        ChannelHandlerContext context = output.context();
        if (context != null) {
            context.close();
        }
    }

    void channelClosed() {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.OPEN) {
            beginClosing(0);
        }
        state = State.CLOSED;
        output.end(true);
        events.closed(this);
    }

    private void beginClosing(long lingerNanos) {
        state = State.CLOSING;
        closeByNanos = rules.clocks().nanoTime() + lingerNanos;
        events.closing(this);
    }
}
