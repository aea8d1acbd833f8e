package io.pushmanager.fanout;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.bus.PushTicket;
import io.pushmanager.bus.Pushes;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.fanout.InterestRouter;
import io.pushmanager.core.fanout.MembershipGate;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.fanout.Router;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.routes.RoutedRouter;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every push of this manager and offers it to the nodes it concerns. Exactly one instance a process: the order in
 * which pushes arrive here is the order in which every node is offered them. What one turn of the event loop brings
 * goes to a node as one message, when the turn ends.
 *
 * <p>Deploy it before discovery and the supervisor: what they published earlier is not repeated.
 *
 * <p><b>Bound:</b> {@link FanoutConfig#limits}. <b>Thread:</b> its one event loop. <b>Time:</b> one sweep timer, set only
 * while somebody waits. <b>Failure:</b> every request is answered with a value; a stop answers what is open.
 */
public final class FanoutVerticle extends VerticleBase {

    /** The name of the readiness check. */
    public static final String HEALTH_CHECK = "membership-list";

    private static final Logger log = LoggerFactory.getLogger(FanoutVerticle.class);

    private final FanoutConfig config;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Health health;
    private final Tracing tracing;

    // event loop only
    private final BusOutbox outbox;
    private final Router router;
    private final FanOut fanOut;
    private @Nullable InterestDesk interest;
    private final PushPath path;
    private final ExplainDesk explain;
    private final MembershipGate gate;
    private boolean sweepSet;
    private boolean membershipKnown;
    private final Promise<Void> flushed = Promise.promise();
    private boolean stopping;

    public FanoutVerticle(FanoutConfig config, Bus bus, Clocks clocks, Meters meters, Health health, Tracing tracing) {
        this.config = config;
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.health = health;
        this.tracing = tracing;
        this.gate = new MembershipGate(config.firstListGrace().toNanos());
        this.outbox = new BusOutbox(bus, meters, config.routing());
        this.router = config.routing().router();
        this.fanOut = new FanOut(config.limits(), router, outbox, clocks.nanoTime());
        this.explain = new ExplainDesk(config.explain(), fanOut, bus);
        this.path = router instanceof RoutedRouter routed
                ? new RoutedPath(config.routed(), fanOut, routed, bus, clocks, meters)
                : PushPath.direct(fanOut);
        health.down(HEALTH_CHECK, "no list of Connect-Nodes yet");
    }

    @Override
    public Future<?> start() {
        outbox.start(context);
        path.start(context);
        bus.consume(Addresses.NODE_CLIENTS, this::onNodeClient);
        if (router instanceof InterestRouter byInterest) {
            interest = new InterestDesk(vertx, bus, clocks, meters, fanOut, byInterest);
            interest.open();
        }
        explain.open();
        bus.consume(Addresses.MEMBERSHIP, this::onMembership);
        bus.consume(Addresses.OFFER_UPDATES, this::onUpdates);
        bus.answer(Addresses.FANOUT, this::onPush);
        bus.consume(Addresses.PUSHES, this::onPushes);
        return Future.succeededFuture();
    }

    private Future<PushAnswer> onPush(PushMessage message) {
        Promise<PushAnswer> answered = Promise.promise();
        push(message, clocks.nanoTime(), answered::complete);
        setSweep();
        return answered.future();
    }

    private void onPushes(Pushes pushes) {
        AnswerBatch answers = outbox.answersTo(pushes.answersTo());
        long nowNanos = clocks.nanoTime();
        List<PushTicket> tickets = pushes.tickets();
        for (int i = 0; i < tickets.size(); i++) {
            PushTicket ticket = tickets.get(i);
            push(ticket.message(), nowNanos, answer -> {
                ticket.setAnswer(answer);
                answers.add(ticket);
                outbox.setFlush();
            });
        }
        setSweep();
    }

    /** @param caller gets exactly one answer, perhaps before this returns */
    private void push(PushMessage message, long nowNanos, Consumer<PushAnswer> caller) {
        Api api = message.api();
        if (tracing.isOn()) {
            Tracing.Span span = tracing.start("fan-out", message.traceparent());
            path.push(message.withTraceparent(span.traceparent()), nowNanos, answer -> {
                span.end(answer instanceof PushError error ? error.reason() : "OK");
                answer(api, answer, caller);
            });
        } else {
            path.push(message, nowNanos, answer -> answer(api, answer, caller));
        }
        outbox.flushIfFull();
    }

    private void answer(Api api, PushAnswer answer, Consumer<PushAnswer> caller) {
        if (answer instanceof PushError error) {
            meters.pushFailed(api, error.reason());
        } else {
            meters.pushSucceeded(api);
        }
        caller.accept(answer);
        finishStop();
    }

    private void onUpdates(OfferUpdates updates) {
        fanOut.hear(clocks.nanoTime());
        String clientId = "";
        NodeSlot client = null;
        for (int i = 0; i < updates.size(); i++) {
            if (!clientId.equals(updates.clientId(i))) {
                clientId = updates.clientId(i);
                client = fanOut.client(clientId);
            }
            if (client != null) { // else it is closed: its offers have failed already
                fanOut.update(client, updates.pushId(i), updates.report(i));
            }
        }
    }

    private void onNodeClient(NodeClientEvent event) {
        outbox.flush(); // what was routed before goes out before
        if (event instanceof NodeClientEvent.Opened opened) {
            outbox.opened(opened.clientId(), opened.desk());
            fanOut.clientOpened(opened.clientId(), opened.node());
            gate.clientOpened(opened.node());
            openGate();
        } else if (event instanceof NodeClientEvent.Closing closing) {
            fanOut.clientClosing(closing.clientId());
        } else if (event instanceof NodeClientEvent.Closed closed) {
            fanOut.hear(clocks.nanoTime());
            fanOut.clientClosed(closed.clientId(), closed.reason());
            outbox.closed(closed.clientId());
        }
    }

    private void onMembership(MembershipEvent event) {
        if (event instanceof MembershipEvent.NodeUp up) {
            gate.nodeUp(up.node());
            path.nodeUp(up.node());
        } else if (event instanceof MembershipEvent.NodeDown down) {
            gate.nodeDown(down.node());
            path.nodeDown(down.node());
            openGate();
        } else if (event instanceof MembershipEvent.Listed) {
            gate.listed(clocks.nanoTime());
            openGate();
            if (!membershipKnown) {
                vertx.setTimer(config.firstListGrace().toMillis() + 1, done -> openGate());
            }
        } else if (event instanceof MembershipEvent.Staleness staleness) {
            fanOut.membershipStale(staleness.stale());
        }
    }

    private void openGate() {
        if (!membershipKnown && gate.isOpen(clocks.nanoTime())) {
            membershipKnown = true;
            fanOut.membershipKnown();
            health.up(HEALTH_CHECK);
        }
    }

    private void setSweep() {
        if (!sweepSet && fanOut.isWaiting()) {
            sweepSet = true;
            vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(FanOutLimits.TICK_NANOS), sweep -> {
                sweepSet = false;
                fanOut.advance(clocks.nanoTime());
                setSweep();
            });
        }
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        fanOut.drain();
        path.drain();
        finishStop();
        long drainMillis = Math.max(1, config.drainTimeout().toMillis());
        long timer = vertx.setTimer(drainMillis, late -> {
            log.warn("fan-out stops with {} pushes that nodes have not answered", fanOut.openPushes());
            fanOut.answerAll();
            finishStop();
        });
        return flushed.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            if (interest != null) {
                interest.close();
            }
        });
    }

    private void finishStop() {
        if (stopping && fanOut.openPushes() == 0) {
            outbox.flush(); // the last answers; nobody waits for the end of the turn once this verticle is gone
            flushed.tryComplete();
        }
    }
}
