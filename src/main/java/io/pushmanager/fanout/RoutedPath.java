package io.pushmanager.fanout;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.RouteQuery;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.routes.RouteDesk;
import io.pushmanager.core.routes.RoutedFanOut;
import io.pushmanager.core.routes.RoutedRouter;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the directory first. What one turn of the event loop wants to know is one question.
 *
 * <p><b>Time:</b> a tick of {@value #TICK_MILLIS} ms while somebody waits. <b>Failure:</b> a question that nobody answers
 * fails by the bus' time-out, a little after the directory's own.
 */
final class RoutedPath implements PushPath, RouteDesk.Events {

    private static final long TICK_MILLIS = 5;
    private static final Duration GRACE = Duration.ofMillis(250);

    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Duration answerTimeout;
    private final RouteDesk desk;
    private final RoutedFanOut routed;
    private @Nullable Context context;
    private boolean askSet;
    private boolean tickSet;
    private volatile int waiting;

    RoutedPath(RoutedConfig config, FanOut fanOut, RoutedRouter router, Bus bus, Clocks clocks, Meters meters) {
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.answerTimeout = config.lookupTimeout().plus(GRACE);
        this.desk = new RouteDesk(config.limits(), this);
        this.routed = new RoutedFanOut(fanOut, router, desk, clocks);
        meters.gauge("push_manager_route_waiting", this, path -> path.waiting);
    }

    @Override
    public void start(Context eventLoop) {
        context = eventLoop;
    }

    @Override
    public void push(PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        routed.push(message, nowNanos, caller);
    }

    @Override
    public void nodeUp(NodeInfo node) {
        routed.nodeUp(node);
    }

    @Override
    public void nodeDown(NodeInfo node) {
        routed.nodeDown(node);
    }

    @Override
    public void drain() {
        routed.drain();
    }

    @Override
    public void found() {
        meters.routeFound();
    }

    @Override
    public void rerouted() {
        meters.rerouted();
    }

    @Override
    public void waits() {
        if (context != null && !askSet) {
            askSet = true;
            context.runOnContext(endOfTurn -> {
                askSet = false;
                ask();
            });
        }
        setTick();
    }

    private void ask() {
        RouteDesk.Batch next = desk.next(clocks.nanoTime());
        while (next != null) {
            RouteDesk.Batch batch = next;
            bus.request(Addresses.ROUTES, new RouteQuery(batch.keys()), answerTimeout)
                    .onSuccess(answer -> desk.answered(batch, answer, clocks.nanoTime()))
                    .onFailure(failure -> desk.failed(batch, String.valueOf(failure.getMessage()), clocks.nanoTime()))
                    .onComplete(done -> ask());
            next = desk.next(clocks.nanoTime());
        }
        waiting = desk.waiting();
    }

    private void setTick() {
        if (!tickSet && context != null && desk.isWaiting()) {
            tickSet = true;
            context.owner().setTimer(TICK_MILLIS, tick -> {
                tickSet = false;
                desk.advance(clocks.nanoTime());
                waiting = desk.waiting();
                setTick();
            });
        }
    }
}
