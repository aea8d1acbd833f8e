package io.pushmanager.nodeclient;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.NodeExplainAnswer.Said;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything between fan-out and one process of a Connect-Node: takes offers, keeps them in a mailbox, sends them, and
 * says what became of each.
 *
 * <p><b>Bound:</b> the mailbox's. <b>Order:</b> FIFO for a target. <b>Thread:</b> one event loop.
 * <b>Failure:</b> an offer is answered at once; one that was accepted and asked for {@code DELIVERED} once more, whatever happens to
 * the node. {@code start} does not wait for the node: reachability is state.
 */
final class NodeClientVerticle extends VerticleBase implements NodeLink.Listener {

    private static final Logger log = LoggerFactory.getLogger(NodeClientVerticle.class);
    private static final String LINK_CAPABILITY = "link.v1";

    private final String clientId;
    private final NodeInfo node;
    private final NodeClientConfig config;
    private final ManagerIdentity manager;
    private final Clocks clocks;
    private final LoopPaces paces;
    private final LoopBeats beats;
    private final OfferDesks desks;
    private final LoopHops hops;
    private final Meters meters;
    private final DoubleSupplier jitter;
    private final NodeStats stats;
    private final PushSpans spans;

    // event loop only
    private Bus bus;
    private OfferDesk.Place place;
    private NodeReporter reporter;
    private NodeLink link;
    private NodeQuestion question;
    private PushSender sender;
    private final Promise<Void> drained = Promise.promise();
    private boolean draining;
    private boolean offered;

    /** Set once it is deployed. */
    private String desk = "";

    @SuppressWarnings("NullAway.Init") // start() sets what needs the context, before anything can use it
    NodeClientVerticle(
            String clientId,
            NodeInfo node,
            NodeClientConfig config,
            ManagerIdentity manager,
            Clocks clocks,
            LoopPaces paces,
            LoopBeats beats,
            OfferDesks desks,
            LoopHops hops,
            Meters meters,
            DoubleSupplier jitter,
            NodeStats stats,
            Tracing tracing) {
        this.clientId = clientId;
        this.node = node;
        this.config = config;
        this.manager = manager;
        this.clocks = clocks;
        this.paces = paces;
        this.beats = beats;
        this.desks = desks;
        this.hops = hops;
        this.meters = meters;
        this.jitter = jitter;
        this.stats = stats;
        this.spans = new PushSpans(tracing);
    }

    @Override
    public Future<?> start() {
        bus = Bus.of(vertx);
        OfferDesk shared = desks.ofThisLoop(vertx, clientId);
        desk = shared.name();
        place = shared.join(clientId, context, this::onOffers, this::send);
        reporter = new NodeReporter(node, place, meters, spans, clocks, hops.ofThisLoop(vertx), this::settled);
        link = new NodeLink(vertx, node, config, manager.instanceId(), clocks, jitter, beats, this);
        question = new NodeQuestion(vertx, link, clocks);
        sender = config.link().enabled() && node.capabilities().contains(LINK_CAPABILITY)
                ? new LinkSender(
                        vertx,
                        node,
                        config,
                        manager,
                        clocks,
                        paces.ofThisLoop(vertx),
                        beats,
                        jitter,
                        link,
                        meters,
                        spans,
                        new InterestFeed(
                                clientId, bus, config.link().interestLease().toNanos()),
                        reporter,
                        this::fallBack)
                : callPerPush();
        link.connect();
        return Future.succeededFuture();
    }

    /** Where offers for it go. For who has deployed it. */
    String desk() {
        return desk;
    }

    /** What its node knows of a push. <b>Thread:</b> any, once it is deployed. */
    Future<Said> explain(String messageId) {
        Promise<Said> said = Promise.promise();
        Context own = context;
        own.runOnContext(now -> question.ask(messageId).onComplete(said));
        return said.future();
    }

    private MailboxWorkers callPerPush() {
        return new MailboxWorkers(vertx, config, clocks, jitter, link, spans, reporter);
    }

    @Override
    public Future<?> stop() {
        drainNow(config.drainTimeout(), "this manager stopped");
        return drained.future()
                .eventually(() -> place.leave())
                .eventually(() -> sender.close())
                .andThen(closed -> question.close())
                .eventually(() -> link.close())
                .andThen(closed -> place.flush())
                .recover(failure -> {
                    log.warn("client of node {} stopped unclean", name(), failure);
                    return Future.succeededFuture();
                });
    }

    /**
     * From any thread: rejects offers and waits until the mailbox is empty. What was not sent ends as failed as soon as the
     * connection is gone, everything at {@code timeout}. Called again, the shorter time counts.
     */
    Future<Void> drain(Duration timeout, String reason) {
        Context own = context;
        own.runOnContext(now -> drainNow(timeout, reason));
        return drained.future();
    }

    private void drainNow(Duration timeout, String reason) {
        sender.drain();
        draining = true;
        if (sender.messages() == 0) {
            finishDrain();
        } else if (timeout.toMillis() <= 0) {
            giveUp(reason);
        } else {
            long timer = vertx.setTimer(timeout.toMillis(), late -> giveUp(reason));
            drained.future().onComplete(done -> vertx.cancelTimer(timer));
            if (!link.isConnected()) {
                giveUpUnsent(reason);
            }
        }
    }

    private void giveUp(String reason) {
        logGivenUp(sender.messages(), reason);
        sender.giveUp(reason);
        finishDrain();
    }

    private void giveUpUnsent(String reason) {
        logGivenUp(sender.messages() - sender.inFlight(), reason);
        sender.giveUpUnsent(reason);
        settled();
    }

    private void logGivenUp(int pushes, String reason) {
        if (pushes > 0) {
            log.warn("node {}: {} pushes of its mailbox are given up: {}", name(), pushes, Reasons.clean(reason));
        }
    }

    private void finishDrain() {
        place.flush(); // nobody waits for the end of the turn once this client is gone
        drained.tryComplete();
    }

    private void onOffers(List<MailboxEntry> entries) {
        String dead = link.deadReason();
        long now = clocks.nanoTime();
        for (int i = 0; i < entries.size(); i++) {
            MailboxEntry entry = entries.get(i);
            if (dead != null) {
                reporter.dead(entry.pushId(), dead);
                continue;
            }
            Action action = entry.message().action();
            if (action != null && !node.capabilities().contains(action.capability())) {
                reporter.unknown(entry.pushId(), action); // to this node it might be a push
                continue;
            }
            Outcome outcome = sender.offer(entry, now);
            if (outcome == Outcome.ACCEPTED) {
                offered = true;
                reporter.accepted(entry.pushId());
            } else if (outcome == null) {
                offered = true; // its time may have to be watched
            } else if (outcome == Outcome.REJECTED_DRAINING) {
                reporter.draining(entry.pushId());
            } else {
                reporter.full(entry.pushId(), sender);
            }
        }
    }

    private void send(OfferDesk from) {
        if (offered) {
            offered = false;
            sender.run();
            settled();
        }
    }

    /** The node says that it does not know the stream, whatever it announced: for this process of it that is for good. */
    private void fallBack() {
        log.warn("node {}: knows no link.v1, although it announced it; it gets one call per push", name());
        MailboxWorkers workers = callPerPush();
        ((LinkSender) sender).handOver(workers);
        sender.close();
        sender = workers;
        if (draining) {
            workers.drain();
        }
        workers.run();
        settled();
    }

    private void settled() {
        stats.mailbox(sender.depth(), sender.inFlight(), sender.waitingForRoom());
        if (draining && sender.messages() == 0) {
            finishDrain();
        }
    }

    // ---- what the link says

    @Override
    public void connected(NodeConnection connection) {
        stats.connected(true);
        log.info("node {}: connected", name());
        bus.publish(Addresses.LINK_STATES, new LinkState(node.address(), node.instanceId(), true));
        sender.connected(connection);
    }

    @Override
    public void disconnected(String reason) {
        stats.connected(false);
        if (!draining) {
            log.info("node {}: connection gone: {}", name(), reason);
        }
        bus.publish(Addresses.LINK_STATES, new LinkState(node.address(), node.instanceId(), false));
        sender.disconnected(reason);
        if (draining && !drained.future().isComplete()) {
            giveUpUnsent(reason);
        }
    }

    @Override
    public void refused(String reason) {
        sender.refused(reason);
    }

    @Override
    public void dead(String reason) {
        sender.dead(reason);
    }

    @Override
    public boolean watchesLife() {
        return sender.watchesLife();
    }

    private String name() {
        return Reasons.clean(node.nodeId() + " at " + node.address());
    }
}
