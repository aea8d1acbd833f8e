package io.pushmanager.nodeclient;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * What several verticles of one event loop need and the public API of Vert.x 5 has not: a context there that ends with none of
 * them, and the way from it to each one's own without a task. The one use of the internal contexts.
 */
final class LoopContexts {

    private LoopContexts() {}

    /** A new context on the event loop that runs this, of no verticle. */
    static Context onThisLoop(Vertx vertx) {
        ContextInternal current = (ContextInternal) vertx.getOrCreateContext();
        return ((VertxInternal) vertx)
                .contextBuilder()
                .withEventLoop(current.nettyEventLoop())
                .build();
    }

    /** Runs the handler now, on the context's own event loop; what it throws is the context's to report. */
    static <T> void run(Context context, T argument, Handler<T> handler) {
        ((ContextInternal) context).dispatch(argument, handler);
    }
}
