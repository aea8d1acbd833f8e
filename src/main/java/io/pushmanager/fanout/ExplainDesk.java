package io.pushmanager.fanout;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ExplainAnswer;
import io.pushmanager.bus.ExplainQuery;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.Kept;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutTrails;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what fan-out knows of a push. <b>Thread:</b> fan-out's event loop. */
final class ExplainDesk {

    private final Bus bus;
    private final @Nullable FanOutTrails trails;

    ExplainDesk(ExplainLimits limits, FanOut fanOut, Bus bus) {
        this.bus = bus;
        this.trails = limits.enabled() ? fanOut.keepTrails(limits) : null;
    }

    /** On fan-out's context. */
    void open() {
        bus.answer(Addresses.EXPLAIN, query -> Future.succeededFuture(answer(query)));
    }

    private ExplainAnswer answer(ExplainQuery query) {
        return trails == null
                ? new ExplainAnswer(false, List.of(), Kept.NOTHING)
                : new ExplainAnswer(true, trails.find(query.messageId()), trails.kept());
    }
}
