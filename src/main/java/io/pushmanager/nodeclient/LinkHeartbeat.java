package io.pushmanager.nodeclient;

import io.pushmanager.core.link.BeatRing;
import io.pushmanager.core.link.RoundTrips;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes a node over its stream: tells when it has gone silent, and measures the shortest round trip.
 *
 * <p><b>Time:</b> one probe at once, then one an interval as {@link LoopBeat} gives turns, unless the last is unanswered. Silent is who
 * has neither answered nor said anything else for the time-out. <b>Thread:</b> event loop only.
 */
final class LinkHeartbeat {

    private final Context context;
    private final Clocks clocks;
    private final LoopBeat loop;
    private final long timeoutNanos;
    private final Consumer<ManagerFrame.Builder> probe;
    private final Runnable silent;
    private final RoundTrips roundTrips;

    private BeatRing.@Nullable Place<?> place;
    private long number;
    private long answered;
    private long sentNanos;
    private long lastSignNanos;
    private boolean overdue;

    LinkHeartbeat(
            Vertx vertx,
            Clocks clocks,
            LoopBeat loop,
            Duration timeout,
            Consumer<ManagerFrame.Builder> probe,
            Runnable silent) {
        this.context = vertx.getOrCreateContext();
        this.clocks = clocks;
        this.loop = loop;
        this.timeoutNanos = timeout.toNanos();
        this.probe = probe;
        this.silent = silent;
        this.roundTrips = new RoundTrips(clocks.nanoTime());
    }

    void start() {
        stop();
        answered = number;
        place = loop.join(context, this::beat);
        beat();
    }

    void stop() {
        if (place != null) {
            place.leave();
            place = null;
        }
    }

    /** The node has said something. */
    void heard() {
        lastSignNanos = clocks.nanoTime();
        overdue = false;
    }

    /** @return whether this is the first answer to the probe that was sent last, at {@link #sentNanos} */
    boolean answered(long probeNumber) {
        if (probeNumber != number || answered == number) {
            return false;
        }
        answered = number;
        long now = clocks.nanoTime();
        roundTrips.add(now - sentNanos, now);
        return true;
    }

    /** A time just before the last probe was sent. */
    long sentNanos() {
        return sentNanos;
    }

    private void beat() {
        long now = clocks.nanoTime();
        if (answered == number) {
            number++;
            sentNanos = now;
            lastSignNanos = now;
            overdue = false;
            ManagerFrame.Builder frame = ManagerFrame.newBuilder();
            frame.setProbe(LinkProbe.newBuilder()
                    .setNumber(number)
                    .setSentNanos(now)
                    .setMinRoundTripNanos(roundTrips.shortestNanos(now)));
            probe.accept(frame);
        } else if (now - lastSignNanos >= timeoutNanos) {
            if (overdue) {
                stop();
                silent.run();
            }
            overdue = true; // not at once: if this process stood still, the answer may be there already, unread
        }
    }
}
