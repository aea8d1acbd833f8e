package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pushmanager.core.output.Dispatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames that wait for the next flush of one event loop, joined so that sockets with the same frames waiting share one buffer.
 *
 * <p>What waits for a socket is a {@link Run}: a run of frames. Runs form a tree: a run and a frame make a longer run, the same one
 * for every socket that had the shorter. A frame is handed out to its sockets in one go, so that the run made last from a run is the
 * only one that can be asked for again.
 *
 * <p>A socket knows its run by number: a reference, written into another of very many old objects with each delivery, would have the
 * collector look at each of them again, which took more of the CPU than the delivery itself.
 *
 * <p><b>Bound:</b> the sockets bound what waits for them; runs are used again. <b>Order:</b> that of {@link #append}.
 * <b>Thread:</b> confined to one event loop. <b>Source:</b> docs/decisions/0009.
 */
public final class JoinedFrames {

    /** Nothing waits: no run has this number. */
    static final int NONE = 0;

    private static final int SPARE_RUNS = 4096;

    private @Nullable Run[] runs = new @Nullable Run[64];
    private int highest = NONE;
    private int[] spare = new int[64]; // numbers that were used before and are not now
    private int spares;
    private ArrayList<Run> waiting = new ArrayList<>();
    private ArrayList<Run> flushing = new ArrayList<>();
    private @Nullable Run newestSingle;

    /** Frames one after the other, for any number of sockets. */
    static final class Run {

        private final int number;
        private @Nullable Run before;
        private @Nullable ByteBuf frame;
        private @Nullable Run newestLonger;
        private @Nullable ByteBuf joined;
        private @Nullable Dispatch push; // of a frame that may be recalled
        private int bytes;
        private boolean expires;
        private long firstEndNanos;

        Run(int number) {
            this.number = number;
        }

        int bytes() {
            return bytes;
        }

        /** Whether there is a frame in it that is worth nothing after some time. */
        boolean expires() {
            return expires;
        }

        boolean hasExpired(long nowNanos) {
            return expires && firstEndNanos - nowNanos <= 0;
        }

        /** For one socket: its frames without those whose time is over, which are recalled. The caller releases it. */
        ByteBuf unexpired(long nowNanos) {
            ArrayDeque<ByteBuf> left = new ArrayDeque<>();
            for (Run run = this; run != null; run = run.before) {
                if (run.push != null && run.push.handling().hasExpired(nowNanos)) {
                    run.push.recalled();
                } else {
                    left.addFirst(Objects.requireNonNull(run.frame));
                }
            }
            ByteBuf whole = PooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
            left.forEach(part -> whole.writeBytes(part, part.readerIndex(), part.readableBytes()));
            return whole;
        }

        /** All its frames in one buffer, which stays the run's. Joined when it is first asked for. */
        ByteBuf content() {
            ByteBuf last = Objects.requireNonNull(frame);
            if (before == null) {
                return last;
            }
            ByteBuf whole = joined;
            if (whole == null) {
                whole = PooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
                joined = whole;
                fill(whole);
            }
            return whole;
        }

        /** From the end to the beginning; what a shorter run has joined already is taken as it is. */
        private void fill(ByteBuf whole) {
            int end = bytes;
            Run run = this;
            while (run != null) {
                ByteBuf part = Objects.requireNonNull(run.frame);
                if (run != this && run.joined != null) {
                    part = run.joined;
                    run = null;
                } else {
                    run = run.before;
                }
                end -= part.readableBytes();
                whole.setBytes(end, part, part.readerIndex(), part.readableBytes());
            }
            whole.writerIndex(bytes);
        }
    }

    /**
     * Puts a frame after a run; the caller keeps its reference.
     *
     * @param number of the run; {@link #NONE}: nothing waits for the socket
     * @param push told when the frame has been flushed, or recalled because its time is over by then; null: neither
     * @return the number of the longer run, good until the socket is flushed
     */
    @SuppressWarnings("ReferenceEquality") // equal bytes are another frame
    int append(int number, ByteBuf frame, @Nullable Dispatch push) {
        Run before = number == NONE ? null : run(number);
        Run newest = before == null ? newestSingle : before.newestLonger;
        if (newest != null && newest.frame == frame) {
            return newest.number;
        }
        Run run = unused();
        run.before = before;
        run.frame = frame.retain();
        run.bytes = (before == null ? 0 : before.bytes) + frame.readableBytes();
        if (push != null || (before != null && before.expires)) {
            expiring(run, before, push);
        }
        if (before == null) {
            newestSingle = run;
        } else {
            before.newestLonger = run;
        }
        waiting.add(run);
        return run.number;
    }

    Run run(int number) {
        return Objects.requireNonNull(runs[number]);
    }

    private Run unused() {
        int number = spares > 0 ? spare[--spares] : ++highest;
        if (number == runs.length) {
            runs = Arrays.copyOf(runs, 2 * number);
            spare = Arrays.copyOf(spare, 2 * number);
        }
        Run run = runs[number];
        if (run == null) {
            run = new Run(number);
            runs[number] = run;
        }
        return run;
    }

    private static void expiring(Run run, @Nullable Run before, @Nullable Dispatch push) {
        run.push = push;
        run.expires = true;
        long end = before != null && before.expires ? before.firstEndNanos : 0;
        if (push != null) {
            long own = push.handling().expiresNanos();
            end = before == null || !before.expires || own - end < 0 ? own : end;
        }
        run.firstEndNanos = end;
    }

    /** What is appended from here on waits for the next flush. */
    public void beginFlush() {
        ArrayList<Run> toFlush = waiting;
        waiting = flushing;
        flushing = toFlush;
        newestSingle = null;
    }

    /** Every socket that had something waiting when the flush began has written it. */
    public void endFlush() {
        for (int i = 0; i < flushing.size(); i++) {
            free(flushing.get(i));
        }
        flushing.clear();
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void free(Run run) {
        if (run.push != null) {
            run.push.flushed();
            run.push = null;
        }
        run.expires = false;
        Objects.requireNonNull(run.frame).release();
        if (run.joined != null) {
            run.joined.release();
        }
        run.frame = null;
        run.joined = null;
        run.before = null;
        run.newestLonger = null;
        if (run.number > SPARE_RUNS) {
            runs[run.number] = null;
        }
        spare[spares++] = run.number;
    }
}
