package io.pushmanager.nodeclient;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.bus.Offers;
import io.pushmanager.core.mailbox.Mailbox;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
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
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;
    private static final int MOST_UPDATES = 256;

    private final String clientId;
    private final NodeInfo node;
    private final NodeClientConfig config;
    private final String managerInstanceId;
    private final Clocks clocks;
    private final Meters meters;
    private final DoubleSupplier jitter;
    private final NodeStats stats;
    private final PushSpans spans;
    private final NodeReport accepted;
    private final LimitedLog fullLog;
    private final LimitedLog failedLog;
    private final OfferUpdates.Gatherer updates;

    // event loop only
    private final Mailbox mailbox;
    private Bus bus;
    private Bus.Subscription offers;
    private NodeLink link;
    private MailboxWorkers workers;
    private final Promise<Void> drained = Promise.promise();
    private boolean draining;
    private boolean sendSet;
    private final Handler<Void> endOfTurn = turn -> {
        sendSet = false;
        sendUpdates();
    };

    @SuppressWarnings("NullAway.Init") // start() sets what needs the context, before anything can use it
    NodeClientVerticle(
            String clientId,
            NodeInfo node,
            NodeClientConfig config,
            String managerInstanceId,
            Clocks clocks,
            Meters meters,
            DoubleSupplier jitter,
            NodeStats stats,
            Tracing tracing) {
        this.clientId = clientId;
        this.node = node;
        this.config = config;
        this.managerInstanceId = managerInstanceId;
        this.clocks = clocks;
        this.meters = meters;
        this.jitter = jitter;
        this.stats = stats;
        this.spans = new PushSpans(tracing);
        this.accepted = NodeReport.accepted(node.nodeId());
        this.updates = new OfferUpdates.Gatherer(clientId);
        this.mailbox = new Mailbox(config.workers(), config.maxMessages(), config.maxBytes());
        this.fullLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
        this.failedLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
    }

    @Override
    public Future<?> start() {
        bus = Bus.of(vertx);
        link = new UnaryNodeLink(vertx, node, config, managerInstanceId, clocks, jitter, this);
        workers = new MailboxWorkers(vertx, config, clocks, jitter, mailbox, link, spans, this::ended);
        offers = bus.consume(Addresses.offersTo(clientId), this::onOffers);
        link.connect();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        drainNow(config.drainTimeout(), "this manager stopped");
        return drained.future()
                .eventually(() -> offers.cancel())
                .eventually(() -> link.close())
                .andThen(closed -> sendUpdates())
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
        mailbox.drain();
        draining = true;
        if (mailbox.isEmpty()) {
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
        logGivenUp(mailbox.messages(), reason);
        workers.giveUp(reason);
        finishDrain();
    }

    private void giveUpUnsent(String reason) {
        logGivenUp(mailbox.messages() - mailbox.inFlight(), reason);
        workers.giveUpUnsent(reason);
    }

    private void logGivenUp(int pushes, String reason) {
        if (pushes > 0) {
            log.warn("node {}: {} pushes of its mailbox are given up: {}", name(), pushes, Reasons.clean(reason));
        }
    }

    private void onOffers(Offers offers) {
        String dead = link.deadReason();
        boolean anyAccepted = false;
        for (MailboxEntry entry : offers.entries()) {
            Outcome outcome = dead != null ? Outcome.FAILED : mailbox.offer(entry);
            if (outcome == Outcome.ACCEPTED) {
                anyAccepted = true;
                updates.add(entry.pushId(), accepted);
                spans.waits(entry);
            } else {
                updates.add(entry.pushId(), rejected(outcome, dead == null ? "" : dead));
            }
        }
        sendUpdates(); // before sending the pushes: callers wait for this
        if (anyAccepted) {
            workers.run();
            publishDepth();
        }
    }

    private void gather(long pushId, NodeReport report) {
        updates.add(pushId, report);
        if (updates.size() >= MOST_UPDATES) {
            sendUpdates();
        } else if (!sendSet) {
            sendSet = true;
            context.runOnContext(endOfTurn);
        }
    }

    private void sendUpdates() {
        if (updates.size() > 0) {
            bus.send(Addresses.OFFER_UPDATES, updates.take());
        }
    }

    private void finishDrain() {
        sendUpdates(); // nobody waits for the end of the turn once this client is gone
        drained.tryComplete();
    }

    private NodeReport rejected(Outcome outcome, String dead) {
        switch (outcome) {
            case REJECTED_FULL -> {
                meters.mailboxDropped(node.nodeId(), "full");
                fullLog.line(times -> log.warn(
                        "node {}: mailbox full ({} messages, {} bytes), {} pushes rejected since last said",
                        name(),
                        mailbox.messages(),
                        mailbox.bytes(),
                        times));
                return NodeReport.rejected(node.nodeId(), outcome, "the node's mailbox is full");
            }
            case REJECTED_DRAINING -> {
                meters.mailboxDropped(node.nodeId(), "draining");
                return NodeReport.rejected(node.nodeId(), outcome, "the node is leaving");
            }
            default -> {
                meters.mailboxDropped(node.nodeId(), "failed");
                return NodeReport.rejected(node.nodeId(), outcome, dead);
            }
        }
    }

    private void ended(MailboxEntry entry, LinkReply reply) {
        publishDepth();
        NodeReport report = report(reply);
        spans.ends(entry, report.outcome().name());
        if (report.outcome() == Outcome.FAILED || report.outcome() == Outcome.TIMED_OUT) {
            String why = dropReason(reply);
            meters.mailboxDropped(node.nodeId(), why);
            if (!(reply instanceof LinkReply.GivenUp)) { // said once for all of them
                failedLog.line(times ->
                        log.warn("node {}: push {}: {}; {} such since last said", name(), why, report.reason(), times));
            }
        }
        DeliveryCounts delivery = report.delivery();
        if (delivery != null && delivery.matched() > 0) {
            meters.nodeHadSomebody(entry.message().api());
        }
        if (entry.message().ack() == AckLevel.DELIVERED) {
            gather(entry.pushId(), report);
        }
        if (draining && mailbox.isEmpty()) {
            finishDrain();
        }
    }

    private static String dropReason(LinkReply reply) {
        if (reply instanceof LinkReply.GivenUp) {
            return "node_gone";
        }
        return reply instanceof LinkReply.TimedOut ? "timed_out" : "failed";
    }

    private NodeReport report(LinkReply reply) {
        String id = node.nodeId();
        if (reply instanceof LinkReply.Reported reported) {
            return NodeReport.reported(id, reported.delivery());
        }
        if (reply instanceof LinkReply.Uncounted) {
            return NodeReport.unreported(id, Outcome.ACCEPTED, "the node does not report delivery");
        }
        if (reply instanceof LinkReply.TimedOut timedOut) {
            return NodeReport.unreported(id, Outcome.TIMED_OUT, timedOut.reason());
        }
        if (reply instanceof LinkReply.GivenUp givenUp) {
            return NodeReport.unreported(id, Outcome.FAILED, "given up: " + Reasons.clean(givenUp.reason()));
        }
        if (reply instanceof LinkReply.Failed failed) {
            return NodeReport.unreported(id, Outcome.FAILED, failed.reason());
        }
        throw new IllegalStateException("workers end no push with " + reply);
    }

    @Override
    public void connected() {
        stats.connected(true);
        log.info("node {}: connected", name());
        bus.publish(Addresses.LINK_STATES, new LinkState(node.address(), node.instanceId(), true));
        workers.linkConnected();
    }

    @Override
    public void disconnected(String reason) {
        stats.connected(false);
        if (!draining) {
            log.info("node {}: connection gone: {}", name(), reason);
        }
        bus.publish(Addresses.LINK_STATES, new LinkState(node.address(), node.instanceId(), false));
        if (draining && !drained.future().isComplete()) {
            giveUpUnsent(reason);
        }
    }

    private void publishDepth() {
        stats.mailbox(mailbox.messages(), mailbox.inFlight());
    }

    private String name() {
        return Reasons.clean(node.nodeId() + " at " + node.address());
    }
}
