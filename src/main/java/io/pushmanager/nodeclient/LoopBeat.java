package io.pushmanager.nodeclient;

import io.pushmanager.core.link.BeatRing;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * Beats for what needs it again and again on one event loop, at one interval: a few at a time, spread over the interval ({@link
 * BeatRing}). A timer for each of a thousand links would wake the loop for each, and once more for each answer.
 *
 * <p><b>Bound:</b> one timer, and none when nobody has joined. <b>Failure:</b> what throws is reported by its own context; the others beat.
 * <b>Thread:</b> confined to its event loop.
 */
final class LoopBeat {

    private record Beating(Context context, Runnable beat) {}

    private final Clocks clocks;
    private final Context context;
    private final BeatRing<Beating> ring;
    private final OneTimer timer;

    LoopBeat(Vertx vertx, Clocks clocks, long intervalMillis) {
        this.clocks = clocks;
        this.context = LoopContexts.onThisLoop(vertx); // a timer must not end with the verticle that joined first
        this.ring = new BeatRing<>(intervalMillis * 1_000_000, clocks.nanoTime());
        this.timer = new OneTimer(vertx, clocks, this::turn);
    }

    /**
     * First within an interval from now, then once in each.
     *
     * @param own where it runs, on this event loop
     */
    BeatRing.Place<?> join(Context own, Runnable beat) {
        BeatRing.Place<?> place = ring.join(new Beating(own, beat), clocks.nanoTime());
        LoopContexts.run(context, ring.nextNanos(), timer::armAt);
        return place;
    }

    private void turn() {
        ring.due(clocks.nanoTime(), one -> LoopContexts.run(one.context, one.beat, Runnable::run));
        timer.armAt(ring.nextNanos());
    }
}
