package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkViolation;
import io.pushmanager.core.link.SendSession;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the stream of a link open: hello and welcome, heartbeats, and another stream when one has ended.
 *
 * <p><b>Bound:</b> one stream, two timers. <b>Failure:</b> a stream that ends is opened again over the same connection with a
 * growing back-off, or over the next connection at once; the session is told of every break. <b>Thread:</b> event loop only.
 * <b>Source:</b> docs/decisions/0008-link-v1.md
 */
final class LinkKeeper implements LinkStream.Listener {

    private static final Logger log = LoggerFactory.getLogger(LinkKeeper.class);
    private static final int VERSION = 1;
    private static final long CLOSE_MILLIS = 1_000;
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

    /** What the link is kept for. */
    interface Owner {
        /** Pushes can be sent: the session goes on, or the stream can be written to again. */
        void ready();

        /** A {@link LinkViolation} ends the stream and the session. */
        void ack(LinkAck ack);

        /** As {@link #ack(LinkAck)}. */
        void ack(PlainAck ack);

        /** The node does not know the stream. Called once; then this is of no use any more. */
        void unknownToNode();
    }

    private final Vertx vertx;
    private final NodeInfo node;
    private final NodeClientConfig config;
    private final ManagerIdentity manager;
    private final Clocks clocks;
    private final DoubleSupplier jitter;
    private final NodeLink link;
    private final SendSession session;
    private final InterestFeed interest;
    private final Owner owner;
    private final Backoff backoff;
    private final LinkHeartbeat heartbeat;
    private final OneTimer welcomeWait;
    private final OneTimer reopening;
    private final LimitedLog endLog;

    private @Nullable LinkStream stream;
    private boolean welcomed;
    private boolean closed;
    private int failures;
    private String downReason = "the stream is not open yet";

    LinkKeeper(
            Vertx vertx,
            NodeInfo node,
            NodeClientConfig config,
            ManagerIdentity manager,
            Clocks clocks,
            DoubleSupplier jitter,
            LoopBeats beats,
            NodeLink link,
            SendSession session,
            InterestFeed interest,
            Owner owner) {
        this.vertx = vertx;
        this.node = node;
        this.config = config;
        this.manager = manager;
        this.clocks = clocks;
        this.jitter = jitter;
        this.link = link;
        this.session = session;
        this.interest = interest;
        this.owner = owner;
        this.backoff = new Backoff(
                config.reconnectMin().toNanos(), config.reconnectMax().toNanos());
        this.heartbeat = new LinkHeartbeat(
                vertx,
                clocks,
                beats.ofThisLoop(
                        vertx,
                        interest.mostMillisBetweenProbes(
                                config.link().probeInterval().toMillis())),
                config.probeTimeout(),
                this::writeProbe,
                this::lostLife);
        this.welcomeWait = new OneTimer(vertx, clocks, this::noWelcome);
        this.reopening = new OneTimer(vertx, clocks, this::open);
        this.endLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
    }

    /** Where a batch can be written to now, or null. */
    @Nullable
    LinkStream writableStream() {
        LinkStream open = stream;
        return open != null && welcomed && open.isWritable() ? open : null;
    }

    boolean isWelcomed() {
        return welcomed;
    }

    /** Why there is no stream. */
    String downReason() {
        return link.isConnected() ? downReason : link.downReason();
    }

    // ---- the connection

    void connected() {
        failures = 0;
        open();
    }

    /** Nothing more is sent. What comes over a stream that the node only lets run out is still heard. */
    void disconnected() {
        session.broke();
        interest.broke();
        welcomed = false;
        stopTimers();
    }

    /** Nothing is opened any more. Completes when the node has ended the stream too, or has taken too long. */
    Future<Void> close() {
        closed = true;
        stopTimers();
        LinkStream last = stream;
        if (last == null) {
            return Future.succeededFuture();
        }
        Promise<Void> finished = Promise.promise();
        long timer = vertx.setTimer(CLOSE_MILLIS, late -> last.abort("this manager is leaving"));
        last.finish().onComplete(over -> {
            vertx.cancelTimer(timer);
            finished.complete();
        });
        return finished.future();
    }

    private void stopTimers() {
        heartbeat.stop();
        welcomeWait.cancel();
        reopening.cancel();
    }

    // ---- the stream

    private void open() {
        NodeConnection connection = link.live();
        if (closed || connection == null) {
            return;
        }
        LinkStream former = stream;
        stream = null;
        if (former != null) {
            former.abort("another stream takes its place");
        }
        session.broke();
        interest.broke();
        welcomed = false;
        LinkStream next = new LinkStream(connection, this);
        stream = next;
        welcomeWait.armAt(clocks.nanoTime() + config.connectTimeout().toNanos());
        next.open(LinkFrames.frame(ManagerFrame.newBuilder()
                .setHello(LinkHello.newBuilder()
                        .setVersion(VERSION)
                        .setManagerId(manager.id())
                        .setManagerInstanceId(manager.instanceId())
                        .setNodeInstanceId(node.instanceId())
                        .setSession(session.session())
                        .setAckSeen(session.ackSeen())
                        .addAllFeatures(interest.features())
                        .setSentNanos(clocks.nanoTime()))
                .build()));
    }

    private void noWelcome() {
        loseConnection(
                "no welcome to the stream within " + config.connectTimeout().toMillis() + " ms");
    }

    private void lostLife() {
        loseConnection("no answer to a probe within " + config.probeTimeout().toMillis() + " ms");
    }

    private void loseConnection(String reason) {
        NodeConnection connection = link.live();
        if (connection != null) {
            link.lost(connection, reason);
            connection.close();
        }
    }

    private void writeProbe(ManagerFrame.Builder frame) {
        LinkStream open = stream;
        if (open != null) {
            frame.getProbeBuilder().setAckSeen(session.ackSeen()).setLeaseNanos(interest.askedNanos());
            open.write(LinkFrames.frame(frame.build()));
        }
    }

    @Override
    public void ended(LinkStream which, @Nullable GrpcStatus status, String message) {
        if (which != stream) {
            return;
        }
        stream = null;
        boolean wasWelcomed = welcomed;
        session.broke();
        interest.broke();
        welcomed = false;
        heartbeat.stop();
        welcomeWait.cancel();
        String reason = (status == null || status == GrpcStatus.OK ? "" : status.name() + " ") + Reasons.clean(message);
        downReason = "the stream ended" + (reason.isEmpty() ? "" : ": " + reason);
        if (closed) {
            return;
        }
        if (status == GrpcStatus.FAILED_PRECONDITION) {
            link.foreign(message);
        } else if (status == GrpcStatus.UNIMPLEMENTED && !wasWelcomed) {
            owner.unknownToNode();
        } else if (link.isConnected()) {
            endLog.line(times -> log.info("node {}: {}; {} such since last said", name(), downReason, times));
            failures = wasWelcomed ? 1 : failures + 1;
            reopening.armAt(clocks.nanoTime() + backoff.delayNanos(failures, jitter.getAsDouble()));
        }
    }

    @Override
    public void writable() {
        owner.ready();
    }

    @Override
    public void frame(LinkStream which, NodeFrame frame) {
        if (which != stream) {
            return;
        }
        heartbeat.heard();
        try {
            switch (frame.getFrameCase()) {
                case WELCOME -> welcome(which, frame.getWelcome());
                case ACK -> owner.ack(frame.getAck());
                case PROBE_ANSWER -> {
                    if (heartbeat.answered(frame.getProbeAnswer().getNumber())) {
                        interest.answered(frame.getProbeAnswer(), heartbeat.sentNanos());
                    }
                }
                case INTEREST -> interest.said(frame.getInterest());
                case DRAIN ->
                    log.info(
                            "node {}: is leaving, and goes on delivering for {} ms at most",
                            name(),
                            frame.getDrain().getGraceMillis());
                default -> {} // of a later version
            }
        } catch (LinkViolation violation) {
            session.distrust(); // what it says of the session cannot be relied on
            throw violation;
        }
    }

    @Override
    public void ack(LinkStream which, PlainAck ack) {
        if (which != stream) {
            return;
        }
        heartbeat.heard();
        try {
            owner.ack(ack);
        } catch (LinkViolation violation) {
            session.distrust(); // what it says of the session cannot be relied on
            throw violation;
        }
    }

    private void welcome(LinkStream from, LinkWelcome welcome) {
        if (welcomed) {
            throw new LinkViolation("a second welcome");
        }
        if (welcome.getVersion() != VERSION) {
            throw new LinkViolation("version " + welcome.getVersion());
        }
        session.welcome(
                welcome.getSession(),
                welcome.getReceivedThrough(),
                welcome.getWindowPushes(),
                welcome.getWindowBytes());
        welcomed = true;
        interest.welcomed(welcome, from);
        welcomeWait.cancel();
        heartbeat.start();
        owner.ready();
    }

    private String name() {
        return Reasons.clean(node.nodeId() + " at " + node.address());
    }
}
