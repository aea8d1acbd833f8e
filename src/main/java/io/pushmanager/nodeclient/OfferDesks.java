package io.pushmanager.nodeclient;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The desk of each event loop that has node clients.
 *
 * <p><b>Bound:</b> one for each event loop, while a client is there. <b>Thread:</b> any event loop's; each gets its own.
 */
final class OfferDesks {

    private final Map<Thread, OfferDesk> byLoop = new ConcurrentHashMap<>();

    /** Of the event loop that asks, for a client that joins it at once. A new desk is named after it. */
    OfferDesk ofThisLoop(Vertx vertx, String clientId) {
        Thread loop = Thread.currentThread();
        return byLoop.computeIfAbsent(loop, none -> new OfferDesk(clientId, vertx, () -> byLoop.remove(loop)));
    }
}
