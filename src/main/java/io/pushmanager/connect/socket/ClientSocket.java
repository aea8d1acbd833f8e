package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.FileDescriptor;
import io.pushmanager.core.rooms.Member;
import io.pushmanager.core.session.CloseCode;
import io.pushmanager.core.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, from the upgrade to its end.
 *
 * <p><b>Bound:</b> {@link SocketRules#outputBytes} wait for it, or one frame. <b>Order:</b> frames leave in the order of writing.
 * <b>Thread:</b> confined to the channel's event loop; no locks. <b>Failure:</b> a dead connection ends in
 * {@link SocketEvents#closed}; writing to it does nothing.
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

    /** Longer runs of frames are not joined: copying them would cost more than it saves. */
    private static final int MAX_JOINED_BYTES = 32 * 1024;

    private static final long LINGER_NANOS = 2_000_000_000L;
    private static final long SLOW_LINGER_NANOS = 10_000_000_000L;

    private final SocketEvents events;
    private final SocketRules rules;
    private final Session session;

    private @Nullable ChannelHandlerContext context;
    private @Nullable FileDescriptor descriptor;
    private JoinedFrames.@Nullable Run waiting;
    private @Nullable CorkedFrames corked;
    private @Nullable Member<ClientSocket> member;
    private State state = State.OPEN;
    private boolean dirty;
    private long closeByNanos;

    public ClientSocket(SocketEvents events, SocketRules rules) {
        this.events = events;
        this.rules = rules;
        this.session = new Session(rules.clocks().nanoTime());
    }

    public Session session() {
        return session;
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
        this.context = channelContext;
    }

    /** From here on nothing in the pipeline changes what is written, so that it may be passed by. */
    void attachLast(ChannelHandlerContext channelContext) {
        this.context = channelContext;
        this.descriptor = KernelWriter.descriptorOf(channelContext.channel());
    }

    /**
     * Writes a frame that other sockets get too; the caller keeps its reference. It leaves with the next flush.
     *
     * @return false when too much is waiting already: the frame was not written, and the caller is to close the socket
     */
    public boolean writeShared(ByteBuf frame) {
        ChannelHandlerContext channel = context;
        if (channel == null || isFull(channel, corked, frame.readableBytes())) {
            return false;
        }
        if (corked != null) {
            corked.add(frame.retain());
        } else {
            append(channel, frame);
        }
        return true;
    }

    /** Writes a frame of its own and takes it over. A socket that does not read its answers is closed like one that does not read its pushes. */
    public void send(ByteBuf frame) {
        send(frame, corked);
    }

    private void send(ByteBuf frame, @Nullable CorkedFrames behind) {
        ChannelHandlerContext channel = context;
        if (channel == null || state != State.OPEN) {
            frame.release();
        } else if (isFull(channel, behind, frame.readableBytes())) {
            frame.release();
            close(CloseCode.SLOW_CONSUMER, "output not read");
        } else if (behind != null) {
            behind.add(frame);
        } else {
            append(channel, frame);
            frame.release();
        }
    }

    public void sendPing() {
        sendControl(Frames.ping());
    }

    /** A ping or pong: nothing that a client is told holds it up. */
    void sendControl(ByteBuf frame) {
        send(frame, null);
    }

    /** Takes over a frame that may not leave yet. Whatever else is to be sent waits behind it, pings and pongs apart. */
    public void corkBehind(ByteBuf first) {
        if (context == null || state != State.OPEN) {
            first.release();
        } else {
            corked = new CorkedFrames(first);
            touch(); // for what was written before: the upgrade must not wait too
        }
    }

    /** The frame may leave, and with it what waits behind it. Does nothing when nothing does. */
    public void uncork() {
        CorkedFrames held = corked;
        ChannelHandlerContext channel = context;
        if (held != null && channel != null) {
            corked = null;
            held.forEach(frame -> append(channel, frame));
            held.drop();
        }
    }

    /** Hands what waits to the kernel; what it does not take now waits in the channel. */
    public void flush() {
        dirty = false;
        ChannelHandlerContext channel = context;
        if (channel != null) {
            writeWaiting(channel);
            if (corked != null) {
                channel.flush();
            }
        }
    }

    /**
     * Says why and closes. Our side is shut after the close frame and the rest read away for a moment: closing at once
     * while the client is still sending would reset the connection, and the client would not see the reason.
     */
    public void close(CloseCode code, String reason) {
        if (state != State.OPEN) {
            return;
        }
        uncork(); // says nothing that anybody can rely on: the client sees that it is closed
        flush();
        boolean slow = code == CloseCode.SLOW_CONSUMER; // has to read all that waits before the close frame
        beginClosing(slow ? SLOW_LINGER_NANOS : LINGER_NANOS);
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
        if (context == null) {
            return;
        }
        if (state == State.OPEN) {
            flush();
            beginClosing(LINGER_NANOS);
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
        events.closed(this);
    }

    private void beginClosing(long lingerNanos) {
        state = State.CLOSING;
        closeByNanos = rules.clocks().nanoTime() + lingerNanos;
        if (corked != null) {
            corked.drop();
            corked = null;
        }
        events.closing(this);
    }

    private void append(ChannelHandlerContext channel, ByteBuf frame) {
        JoinedFrames.Run before = waiting;
        if (before != null && before.bytes() + frame.readableBytes() > MAX_JOINED_BYTES) {
            writeWaiting(channel); // to copy more would cost what another write does
            before = null;
        }
        waiting = events.joinedFrames().append(before, frame);
        touch();
    }

    private void touch() {
        if (!dirty) {
            dirty = true;
            events.touched(this);
        }
    }

    /** Past Netty when nothing waits there, and what the kernel does not take through it. */
    private void writeWaiting(ChannelHandlerContext channel) {
        JoinedFrames.Run run = waiting;
        ChannelOutboundBuffer netty = channel.channel().unsafe().outboundBuffer();
        waiting = null;
        if (run == null || netty == null) {
            return; // netty: the channel is closed, and its descriptor may be another connection's by now
        }
        ByteBuf bytes = run.content();
        int taken = 0;
        if (descriptor != null && netty.totalPendingWriteBytes() == 0) {
            taken = KernelWriter.write(descriptor, bytes);
            if (taken == bytes.readableBytes()) {
                return;
            }
        }
        channel.write(
                bytes.retainedSlice(bytes.readerIndex() + taken, bytes.readableBytes() - taken), channel.voidPromise());
        channel.flush();
    }

    /** What was written since the last flush counts only if the kernel does not take it now: a burst alone makes no slow consumer. */
    private boolean isFull(ChannelHandlerContext channel, @Nullable CorkedFrames behind, int frameBytes) {
        if (behind != null) {
            return behind.isFull(frameBytes, rules.outputBytes());
        }
        long bytes = waitingBytes(channel) + (waiting == null ? 0 : waiting.bytes());
        if (bytes == 0 || bytes + frameBytes <= rules.outputBytes()) {
            return false;
        }
        writeWaiting(channel);
        channel.flush();
        bytes = waitingBytes(channel);
        return bytes != 0 && bytes + frameBytes > rules.outputBytes();
    }

    private static long waitingBytes(ChannelHandlerContext channel) {
        ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
