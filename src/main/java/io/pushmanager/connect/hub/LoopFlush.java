package io.pushmanager.connect.hub;

import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.JoinedFrames;
import io.pushmanager.core.pace.FlushPace;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes the sockets of one event loop that something was written to, each once, all together.
 *
 * <p>The flush comes after whatever else is waiting for this loop by now, so that several pushes share it, or later when the
 * {@link FlushPace} says so. <b>Thread:</b> confined to its event loop. <b>Failure:</b> a socket that breaks ends alone.
 */
final class LoopFlush {

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** A manager that is well has answered by then, so that the upgrade and the welcome leave in one write. */
    private static final long HELD_MILLIS = 50;

    private final Context context;
    private final Clocks clocks;
    private final FlushPace pace;
    private final JoinedFrames frames = new JoinedFrames();

    private List<ClientSocket> dirty = new ArrayList<>();
    private List<ClientSocket> spare = new ArrayList<>();
    private boolean scheduled;
    private boolean isUrgent;
    /** Upgrades that wait for their welcome; one timer for all that came since it was set. */
    private List<ClientSocket> held = new ArrayList<>();
    /** Flushes so far: one that was scheduled before the last of them is not made any more. */
    private long flushes;
    /** Batches whose frames the next flush takes along. */
    private final ArrayList<BatchTrail> traced = new ArrayList<>();

    private long written;

    LoopFlush(Context context, FlushSettings settings, Clocks clocks) {
        this.context = context;
        this.clocks = clocks;
        this.pace = new FlushPace(
                settings.maxHold().toNanos(), settings.idlePercent() / 100.0, settings.busyPercent() / 100.0);
    }

    JoinedFrames frames() {
        return frames;
    }

    /** Sockets have got so many frames of pushes. */
    void delivered(long frames) {
        written += frames;
    }

    /** The batch has just been written to the sockets of this loop. */
    void trace(BatchTrail batch) {
        boolean isFlushDue = scheduled;
        batch.written(isFlushDue, clocks.nanoTime());
        if (isFlushDue) {
            traced.add(batch);
        }
    }

    void touched(ClientSocket socket) {
        dirty.add(socket);
        schedule();
    }

    /** What the socket got before what it may not be told yet leaves with that, or a little later than now. */
    void held(ClientSocket socket) {
        held.add(socket);
        if (held.size() == 1) {
            context.runOnContext(tick -> context.owner().setTimer(HELD_MILLIS, timer -> {
                List<ClientSocket> due = held;
                held = new ArrayList<>();
                due.forEach(ClientSocket::flushHeld);
            }));
        }
    }

    /** What was written by now is not held: it leaves after whatever else waits for this loop. */
    void urgent() {
        if (!isUrgent) {
            isUrgent = true;
            long mine = flushes;
            context.runOnContext(tick -> scheduled(mine));
        }
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        long mine = flushes;
        long holdNanos = pace.holdNanos(clocks.nanoTime());
        if (holdNanos < NANOS_PER_MILLI) {
            context.runOnContext(tick -> scheduled(mine));
            return;
        }
        // On the context first: what touched the socket may have come straight from Netty, where a timer would be any
        // loop's.
        context.runOnContext(
                tick -> context.owner().setTimer(Math.max(1, holdNanos / NANOS_PER_MILLI), timer -> scheduled(mine)));
    }

    private void scheduled(long before) {
        if (flushes == before) {
            now();
        }
    }

    /** Flushes what waits, held or not. */
    void now() {
        flushes++;
        isUrgent = false;
        long begin = clocks.nanoTime();
        List<ClientSocket> touched = dirty;
        dirty = spare; // what a flush brings about is for the next one
        int sockets = Math.max(1, touched.size());
        long carried = Math.max(sockets, written); // answers to commands are not counted
        written = 0;
        frames.beginFlush();
        for (int i = 0; i < touched.size(); i++) {
            ClientSocket socket = touched.get(i);
            try {
                socket.flush();
            } catch (RuntimeException e) {
                socket.abort(); // its frames are lost, the others' are not
            }
        }
        frames.endFlush();
        touched.clear();
        spare = touched;
        long end = clocks.nanoTime();
        pace.flushed(begin, end, sockets, carried);
        for (int i = 0; i < traced.size(); i++) {
            traced.get(i).flushed(end);
        }
        traced.clear();
        scheduled = false;
        if (!dirty.isEmpty() || !frames.isEmpty()) {
            schedule();
        }
    }
}
