package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.output.OutputQueue;
import io.pushmanager.core.output.OutputQueue.Offered;
import io.pushmanager.core.output.OutputRules;
import io.pushmanager.core.output.WaitingFrame;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a socket whose bytes the kernel does not take, or whose {@code welcome} may not leave yet. Most sockets never have one.
 *
 * <p><b>Bound, order:</b> those of {@link OutputQueue}. <b>Thread:</b> the socket's event loop. <b>Failure:</b> {@link #end} gives every
 * buffer back.
 */
final class Backlog {

    /** As much as is handed to the transport in one go; the rest can still be dropped, replaced, overtaken. */
    private static final int GO_BYTES = 16 * 1024;

    private final OutputQueue<ByteBuf> queue;
    private @Nullable ByteBuf welcome;

    Backlog(OutputRules rules) {
        this.queue = new OutputQueue<>(rules, ByteBuf::release);
    }

    /** Takes over a frame behind which everything waits, whether the socket takes bytes or not. */
    void hold(ByteBuf first) {
        welcome = first;
    }

    boolean isHeld() {
        return welcome != null;
    }

    /** The frame that was held, for the caller to write; null when none was. */
    @Nullable
    ByteBuf letGo() {
        ByteBuf first = welcome;
        welcome = null;
        return first;
    }

    /** The caller keeps its reference. */
    Taken push(ByteBuf frame, PushSource source, long ahead, long nowNanos) {
        if (isHeld() && !source.expires() && !source.conflates()) {
            // As good as written: the welcome leaves before long, or the socket closes.
            return own(frame.retain(), Priority.NORMAL, ahead, nowNanos) ? Taken.WRITTEN : Taken.TOO_SLOW;
        }
        Offered offered = queue.offer(frame.retain(), frame.readableBytes(), source.dispatch(), ahead, nowNanos);
        if (offered != Offered.WAITS) {
            frame.release();
        }
        return offered == Offered.FULL ? Taken.TOO_SLOW : Taken.COUNTED;
    }

    /** Takes the frame over. False when there is no room for it. */
    boolean own(ByteBuf frame, Priority priority, long ahead, long nowNanos) {
        if (queue.offerOwn(frame, frame.readableBytes(), priority, ahead, nowNanos)) {
            return true;
        }
        frame.release();
        return false;
    }

    /** The bytes that are to be written next, counted as written, for the caller to release and not to change; null when nothing waits. */
    @Nullable
    ByteBuf next(long nowNanos) {
        WaitingFrame<ByteBuf> first = queue.poll(nowNanos);
        if (first == null) {
            return null;
        }
        ByteBuf frame = first.frame();
        boolean alone = queue.isEmpty() || frame.readableBytes() >= GO_BYTES;
        if (alone && !(first.isPush() && queue.hasUntold())) {
            return frame;
        }
        ByteBuf joined = PooledByteBufAllocator.DEFAULT.directBuffer(GO_BYTES);
        WaitingFrame<ByteBuf> waiting = first;
        while (waiting != null) {
            append(joined, waiting);
            waiting = joined.readableBytes() < GO_BYTES ? queue.poll(nowNanos) : null;
        }
        return joined;
    }

    private void append(ByteBuf joined, WaitingFrame<ByteBuf> waiting) {
        if (waiting.isPush() && queue.hasUntold()) {
            ByteBuf gap = ServerFrames.gap(queue.takeUntold());
            joined.writeBytes(gap);
            gap.release();
        }
        ByteBuf frame = waiting.frame(); // other sockets' too: its indexes are to stay as they are
        joined.writeBytes(frame, frame.readerIndex(), frame.readableBytes());
        frame.release();
    }

    /** Nothing waits, and the client has been told of everything that it did not get. */
    boolean isDone() {
        return welcome == null && queue.isEmpty() && !queue.hasUntold();
    }

    OutputQueue<ByteBuf> queue() {
        return queue;
    }

    /** Drops everything. */
    void end() {
        if (welcome != null) {
            welcome.release();
            welcome = null;
        }
        queue.clear();
    }
}
