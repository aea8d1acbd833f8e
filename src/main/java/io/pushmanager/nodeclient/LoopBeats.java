package io.pushmanager.nodeclient;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The beats of each event loop that has links, for all links on it.
 *
 * <p><b>Bound:</b> one for each event loop and interval. <b>Thread:</b> any event loop's; each gets its own.
 */
final class LoopBeats {

    private record Key(Thread loop, long intervalMillis) {}

    private final Clocks clocks;
    private final Map<Key, LoopBeat> byLoop = new ConcurrentHashMap<>();

    LoopBeats(Clocks clocks) {
        this.clocks = clocks;
    }

    /** Of the event loop that asks. */
    LoopBeat ofThisLoop(Vertx vertx, long intervalMillis) {
        return byLoop.computeIfAbsent(
                new Key(Thread.currentThread(), intervalMillis), key -> new LoopBeat(vertx, clocks, intervalMillis));
    }
}
