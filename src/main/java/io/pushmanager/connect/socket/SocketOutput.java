package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.FileDescriptor;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.output.Dispatch;
import io.pushmanager.core.output.OutputQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one socket: the run that it shares with others until the next flush, then the kernel. When the kernel does not take
 * everything, what is left waits in the channel, beyond recall, and whatever comes later in a {@link Backlog} of this socket.
 *
 * <p><b>Bound:</b> {@link SocketRules#output}. <b>Order:</b> frames leave in the order of writing, those of a backlog in its order.
 * <b>Thread:</b> the channel's event loop. <b>Source:</b> docs/decisions/0009, 0016.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // Netty's: a write that fails ends the channel, which is what is listened for
final class SocketOutput {

    /** Longer runs of frames are not joined: copying them would cost more than it saves. */
    private static final int MAX_JOINED_BYTES = 32 * 1024;

    private final ClientSocket socket;
    private final SocketEvents events;
    private final SocketRules rules;

    private @Nullable ChannelHandlerContext context;
    private @Nullable FileDescriptor descriptor;
    private int waiting = JoinedFrames.NONE;
    private @Nullable Backlog backlog;
    private boolean dirty;
    private boolean awaitsDrain;
    private boolean mayWaitInNetty = true;

    SocketOutput(ClientSocket socket, SocketEvents events, SocketRules rules) {
        this.socket = socket;
        this.events = events;
        this.rules = rules;
    }

    void attach(ChannelHandlerContext channelContext) {
        this.context = channelContext;
    }

    /** From here on nothing in the pipeline changes what is written, so that it may be passed by. */
    void attachLast(ChannelHandlerContext channelContext) {
        this.context = channelContext;
        this.descriptor = KernelWriter.descriptorOf(channelContext.channel());
    }

    @Nullable
    ChannelHandlerContext context() {
        return context;
    }

    /** The caller keeps its reference. */
    Taken push(ByteBuf frame, PushSource source) {
        ChannelHandlerContext channel = context;
        if (channel == null) {
            return Taken.TOO_SLOW;
        }
        Backlog behind = backlogFor(channel, frame.readableBytes());
        if (behind == null) {
            if (source.expires()) {
                Dispatch push = source.dispatch();
                push.unflushed();
                append(frame, push);
                return Taken.COUNTED;
            }
            append(frame, null);
            return Taken.WRITTEN;
        }
        Taken taken = behind.push(frame, source, bytesAhead(channel), now());
        leaveSoon(channel);
        return taken;
    }

    /** Takes over a frame that only this socket gets. False when there is no room for it. */
    boolean own(ByteBuf frame, Priority priority) {
        ChannelHandlerContext channel = context;
        if (channel == null) {
            frame.release();
            return true;
        }
        Backlog behind = backlogFor(channel, frame.readableBytes());
        if (behind == null) {
            append(frame, null);
            frame.release();
            return true;
        }
        boolean taken = behind.own(frame, priority, bytesAhead(channel), now());
        leaveSoon(channel);
        return taken;
    }

    /** A ping or pong, which nothing that a client may not be told yet holds up. */
    boolean control(ByteBuf frame) {
        if (backlog != null && backlog.isHeld()) {
            append(frame, null);
            frame.release();
            return true;
        }
        return own(frame, Priority.HIGH);
    }

    /** Takes over a frame that may not leave yet. Whatever else is to be sent waits behind it, pings and pongs apart. */
    void hold(ByteBuf first) {
        Backlog behind = backlog == null ? new Backlog(rules.output()) : backlog;
        behind.hold(first);
        backlog = behind;
        events.held(socket); // for what was written before: the upgrade waits too, but not for long
    }

    void flushHeld() {
        if (context != null && backlog != null && backlog.isHeld()) {
            context.flush();
        }
    }

    /** The frame may leave, and with it what waits behind it. Does nothing when nothing does. */
    void letGo() {
        ByteBuf first = backlog == null ? null : backlog.letGo();
        if (first != null) {
            append(first, null); // leaves before the backlog does
            first.release();
        }
    }

    /** Hands what waits to the kernel; what it does not take now waits. */
    void flush() {
        dirty = false;
        ChannelHandlerContext channel = context;
        if (channel == null) {
            return;
        }
        writeWaiting(channel);
        if (backlog != null) {
            if (backlog.isHeld()) {
                channel.flush();
            } else {
                drain(channel, backlog);
            }
        }
    }

    /** Null for a socket that takes its bytes. */
    @Nullable
    OutputQueue<ByteBuf> queue() {
        return backlog == null ? null : backlog.queue();
    }

    /** What the transport has not got rid of. */
    long bytesAhead() {
        return context == null ? 0 : bytesAhead(context);
    }

    /** Nothing more waits here: it is given up, or handed to the transport at once, ahead of a close frame. */
    void end(boolean giveUp) {
        Backlog left = backlog;
        ChannelHandlerContext channel = context;
        mayWaitInNetty = true; // the close frame
        if (left == null) {
            return;
        }
        backlog = null;
        if (!giveUp && !left.isHeld() && channel != null && channel.channel().isActive()) {
            for (ByteBuf bytes = left.next(now()); bytes != null; bytes = left.next(now())) {
                channel.write(bytes.retainedSlice(), channel.voidPromise());
                bytes.release();
            }
        }
        left.end();
        events.relieved(socket);
    }

    private long now() {
        return rules.clocks().nanoTime();
    }

    /** Where the next frame of so many bytes has to wait; null when it need not. */
    private @Nullable Backlog backlogFor(ChannelHandlerContext channel, int frameBytes) {
        if (backlog == null
                && waiting != JoinedFrames.NONE
                && events.joinedFrames().run(waiting).bytes() + frameBytes
                        > Math.min(MAX_JOINED_BYTES, rules.output().maxBytes())) {
            writeWaiting(channel); // to copy more would cost what another write does
        }
        return backlog;
    }

    private void append(ByteBuf frame, @Nullable Dispatch push) {
        waiting = events.joinedFrames().append(waiting, frame, push);
        touch();
    }

    private void touch() {
        if (!dirty) {
            dirty = true;
            events.touched(socket);
        }
    }

    private void writeWaiting(ChannelHandlerContext channel) {
        int number = waiting;
        if (number == JoinedFrames.NONE) {
            return;
        }
        waiting = JoinedFrames.NONE;
        JoinedFrames.Run run = events.joinedFrames().run(number);
        if (run.expires() && run.hasExpired(now())) {
            ByteBuf left = run.unexpired(now());
            write(channel, left);
            left.release();
        } else {
            write(channel, run.content());
        }
    }

    /** Past Netty when nothing waits there, and what the kernel does not take through it: what comes later has to wait then. */
    private void write(ChannelHandlerContext channel, ByteBuf bytes) {
        int taken = 0;
        if (descriptor != null && nothingWaitsInNetty(channel, descriptor)) {
            taken = KernelWriter.write(descriptor, bytes);
            if (taken == bytes.readableBytes()) {
                return;
            }
        }
        ChannelOutboundBuffer netty = channel.channel().unsafe().outboundBuffer();
        if (netty == null) {
            return; // the channel is closed
        }
        mayWaitInNetty = true;
        channel.write(
                bytes.retainedSlice(bytes.readerIndex() + taken, bytes.readableBytes() - taken), channel.voidPromise());
        channel.flush();
        boolean closed = channel.channel().unsafe().outboundBuffer() != netty;
        if (!closed && netty.totalPendingWriteBytes() > 0) {
            if (backlog == null) {
                backlog = new Backlog(rules.output());
            }
            awaitDrain(channel);
        }
    }

    /**
     * Nor in a channel that is closed: its descriptor may be another connection's by now. Netty's own objects are looked at only when
     * something was written to them; with very many sockets each look is at memory that no cache has.
     */
    private boolean nothingWaitsInNetty(ChannelHandlerContext channel, FileDescriptor open) {
        if (mayWaitInNetty) {
            ChannelOutboundBuffer netty = channel.channel().unsafe().outboundBuffer();
            mayWaitInNetty = netty == null || netty.totalPendingWriteBytes() > 0;
        }
        return !mayWaitInNetty && open.isOpen();
    }

    /** As much of the backlog as the kernel takes. */
    private void drain(ChannelHandlerContext channel, Backlog behind) {
        ChannelOutboundBuffer netty = channel.channel().unsafe().outboundBuffer();
        while (netty != null && netty.totalPendingWriteBytes() == 0) {
            ByteBuf bytes = behind.next(now());
            if (bytes == null) {
                if (behind.isDone()) {
                    backlog = null;
                    events.relieved(socket);
                }
                return;
            }
            write(channel, bytes);
            bytes.release();
        }
    }

    /** A backlog that waits for no bytes ahead of it, as after frames were dropped, leaves with the next flush. */
    private void leaveSoon(ChannelHandlerContext channel) {
        if (bytesAhead(channel) == 0 && backlog != null && !backlog.isHeld()) {
            touch();
        }
    }

    /** Netty tells when everything that was written to it by now has left. What comes after is ours to write. */
    private void awaitDrain(ChannelHandlerContext channel) {
        if (awaitsDrain) {
            return;
        }
        awaitsDrain = true;
        events.backlogged(socket);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            awaitsDrain = false;
            if (sent.isSuccess()) {
                channel.executor().execute(() -> drained(channel)); // not now: Netty is in the middle of its writing
            }
        });
    }

    private void drained(ChannelHandlerContext channel) {
        writeWaiting(channel);
        if (backlog != null && !backlog.isHeld()) {
            drain(channel, backlog);
        }
    }

    private static long bytesAhead(ChannelHandlerContext channel) {
        ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
