package io.pushmanager.fanout;

import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.vertx.core.Context;
import java.util.function.Consumer;

/** How a push comes to {@link FanOut}: at once, or once it is known where it goes. <b>Thread:</b> fan-out's event loop. */
interface PushPath {

    /** @param caller gets exactly one answer, perhaps before this returns */
    void push(PushMessage message, long nowNanos, Consumer<PushAnswer> caller);

    default void start(Context context) {}

    default void nodeUp(NodeInfo node) {}

    default void nodeDown(NodeInfo node) {}

    /** Refuses what has not come to fan-out. */
    default void drain() {}

    static PushPath direct(FanOut fanOut) {
        return fanOut::push;
    }
}
