package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutErrors;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.time.Clocks;
import java.util.function.Consumer;

/**
 * {@link FanOut} to the nodes that the directory names. A push to everyone, and one that fan-out would refuse anyway,
 * asks nobody.
 *
 * <pre>
 *   push ─▶ RouteDesk ─▶ RoutedPush ─▶ FanOut ─▶ answer
 *              ▲            │ the route was wrong: once
 *              └────────────┘
 * </pre>
 *
 * <p><b>Bound:</b> {@link RouteLimits}. <b>Order:</b> {@link RouteDesk}'s. <b>Thread:</b> one event loop. <b>Failure:</b> every
 * caller gets exactly one answer.
 */
public final class RoutedFanOut {

    private final FanOut fanOut;
    private final RoutedRouter router;
    private final RouteDesk desk;
    private final Clocks clocks;
    private final GoneNodes gone = new GoneNodes();
    private OpenNodes open = new OpenNodes(new NodeSlot[0]);
    private boolean closed;

    /** @param router the one of {@code fanOut} */
    public RoutedFanOut(FanOut fanOut, RoutedRouter router, RouteDesk desk, Clocks clocks) {
        this.fanOut = fanOut;
        this.router = router;
        this.desk = desk;
        this.clocks = clocks;
    }

    /** @param caller gets exactly one answer, perhaps before this returns */
    public void push(PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        RouteKey key = RouteKey.of(message.target());
        if (key == null || !fanOut.takesPushes() || message.deadlineNanos() - nowNanos <= 0) {
            router.next(null);
            fanOut.push(message, nowNanos, caller);
        } else {
            desk.ask(key, new RoutedPush(this, key, message, nowNanos, caller), false, nowNanos);
        }
    }

    void send(NodeSlot[] slots, PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        router.next(slots);
        fanOut.push(message, nowNanos, caller);
    }

    /** Looks up anew for one that was sent, or nearly, by an old route. */
    void again(RouteKey key, RouteDesk.Client push, long nowNanos) {
        if (closed) {
            push.refused(FanOutErrors.draining());
            return;
        }
        desk.ask(key, push, true, nowNanos);
    }

    Route.Nodes nodesOf(Route route) {
        NodeSlot[] slots = fanOut.nodes().openSlots();
        if (!open.isOf(slots)) {
            open = new OpenNodes(slots);
        }
        return route.nodes(open, gone);
    }

    long patienceEndsNanos(PushMessage message, long nowNanos) {
        return fanOut.routeDeadlineNanos(message, nowNanos);
    }

    long nowNanos() {
        return clocks.nanoTime();
    }

    public void nodeUp(NodeInfo node) {
        gone.back(NodeRef.of(node).key());
        desk.nodesChanged();
    }

    public void nodeDown(NodeInfo node) {
        gone.gone(NodeRef.of(node).key());
        desk.nodesChanged();
    }

    /** Whoever waits for a route is refused, now and from now on. */
    public void drain() {
        closed = true;
        desk.refuseAll(FanOutErrors.draining());
    }
}
