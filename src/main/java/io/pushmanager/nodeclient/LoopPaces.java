package io.pushmanager.nodeclient;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pace of each event loop that has links, for all links on it.
 *
 * <p><b>Bound:</b> one for each event loop. <b>Thread:</b> any event loop's; each gets its own.
 */
final class LoopPaces {

    private final Clocks clocks;
    private final LinkConfig.Hold hold;
    private final Map<Thread, LoopPace> byLoop = new ConcurrentHashMap<>();

    LoopPaces(Clocks clocks, LinkConfig.Hold hold) {
        this.clocks = clocks;
        this.hold = hold;
    }

    /** Of the event loop that asks. */
    LoopPace ofThisLoop(Vertx vertx) {
        return byLoop.computeIfAbsent(Thread.currentThread(), loop -> new LoopPace(vertx, clocks, hold));
    }
}
