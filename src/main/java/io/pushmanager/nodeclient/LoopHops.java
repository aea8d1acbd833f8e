package io.pushmanager.nodeclient;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.HopLog;
import io.pushmanager.core.explain.HopRow;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How the last pushes ended at the node clients of each event loop. It outlives the clients: what a node did not get is asked for when
 * the node is gone.
 *
 * <p><b>Bound:</b> {@link HopLog}'s for each event loop that ever had a client. <b>Thread:</b> any; each log on its event loop.
 */
final class LoopHops {

    private record OfLoop(Context context, HopLog log) {}

    private final ExplainLimits limits;
    private final Map<Thread, OfLoop> byLoop = new ConcurrentHashMap<>();

    LoopHops(ExplainLimits limits) {
        this.limits = limits;
    }

    /** Of the event loop that asks; null when nothing is kept. */
    @Nullable
    HopLog ofThisLoop(Vertx vertx) {
        if (!limits.enabled()) {
            return null;
        }
        return byLoop.computeIfAbsent(
                        Thread.currentThread(),
                        none -> new OfLoop(
                                LoopContexts.onThisLoop(vertx),
                                new HopLog(Math.max(1, limits.maxPushes() / 2), limits.slowNanos())))
                .log();
    }

    /** Of all event loops, in no order. */
    Future<List<HopRow>> find(String messageId, List<Long> pushIds) {
        List<Future<List<HopRow>>> asked = new ArrayList<>();
        for (OfLoop loop : byLoop.values()) {
            Promise<List<HopRow>> found = Promise.promise();
            loop.context().runOnContext(task -> found.complete(loop.log().find(messageId, pushIds)));
            asked.add(found.future());
        }
        return Future.all(asked).map(all -> {
            List<HopRow> rows = new ArrayList<>();
            asked.forEach(one -> rows.addAll(one.result()));
            return rows;
        });
    }
}
