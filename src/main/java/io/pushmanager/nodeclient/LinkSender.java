package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkEntry;
import io.pushmanager.core.link.LinkLimits;
import io.pushmanager.core.link.LinkViolation;
import io.pushmanager.core.link.SendBatch;
import io.pushmanager.core.link.SendSession;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkHello;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends to a node over one stream of batches, {@code link.v1}.
 *
 * <p>What is sent when, and what a break costs, {@link SendSession} decides; this opens the stream, opens it again, writes what the
 * session gives, and hands in what the node says. <b>Bound:</b> one stream, four timers. <b>Failure:</b> a stream that
 * ends is opened again over the same connection with a growing back-off, or over the next connection at once.
 * <b>Thread:</b> event loop only. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
final class LinkSender implements PushSender, LinkStream.Listener, SendSession.Ends {

    private static final Logger log = LoggerFactory.getLogger(LinkSender.class);
    private static final int VERSION = 1;
    private static final int MAX_UNANSWERED = 65_536;
    private static final long CLOSE_MILLIS = 1_000;
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;

    private final Vertx vertx;
    private final NodeInfo node;
    private final NodeClientConfig config;
    private final String managerInstanceId;
    private final Clocks clocks;
    private final DoubleSupplier jitter;
    private final NodeLink link;
    private final Meters meters;
    private final PushSpans spans;
    private final PushEnds ends;
    private final Runnable unknownToNode;
    private final SendSession session;
    private final Backoff backoff;
    private final LinkHeartbeat heartbeat;
    private final OneTimer due;
    private final OneTimer welcomeWait;
    private final OneTimer reopening;
    private final LimitedLog endLog;
    private final BatchBuffers buffers = new BatchBuffers();
    private final LoopPace.Turn turn;
    private final int fullPushes;
    private final long fullBytes;

    private @Nullable LinkStream stream;
    private boolean welcomed;
    private boolean draining;
    private boolean closed;
    private int failures;
    private String downReason = "the stream is not open yet";

    /** @param unknownToNode called once when the node does not know the stream; then this is of no use any more */
    LinkSender(
            Vertx vertx,
            NodeInfo node,
            NodeClientConfig config,
            String managerInstanceId,
            Clocks clocks,
            LoopPace pace,
            DoubleSupplier jitter,
            NodeLink link,
            Meters meters,
            PushSpans spans,
            PushEnds ends,
            Runnable unknownToNode) {
        this.vertx = vertx;
        this.node = node;
        this.config = config;
        this.managerInstanceId = managerInstanceId;
        this.clocks = clocks;
        this.jitter = jitter;
        this.link = link;
        this.meters = meters;
        this.spans = spans;
        this.ends = ends;
        this.unknownToNode = unknownToNode;
        LinkConfig limits = config.link();
        this.session = new SendSession(
                new LinkLimits(
                        limits.batches(),
                        limits.batchPushes(),
                        limits.batchBytes(),
                        config.callDeadline().toNanos(),
                        MAX_UNANSWERED),
                config.maxMessages(),
                config.maxBytes(),
                LinkFrames::push,
                this);
        this.backoff = new Backoff(
                config.reconnectMin().toNanos(), config.reconnectMax().toNanos());
        this.heartbeat = new LinkHeartbeat(
                vertx, clocks, limits.probeInterval(), config.probeTimeout(), this::writeProbe, this::lostLife);
        this.due = new OneTimer(vertx, clocks, this::onDue);
        this.welcomeWait = new OneTimer(vertx, clocks, this::noWelcome);
        this.reopening = new OneTimer(vertx, clocks, this::open);
        this.turn = pace.turn(this::send);
        this.fullPushes = Math.min(limits.batchPushes(), Math.max(1, config.maxMessages() / 2));
        this.fullBytes = Math.min(limits.batchBytes(), config.maxBytes() / 2);
        this.endLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
    }

    // ---- the mailbox

    @Override
    public Outcome offer(MailboxEntry push, long nowNanos) {
        LinkEntry entry = session.offer(push, nowNanos);
        if (entry == null) {
            return Objects.requireNonNull(session.refusal(push));
        }
        spans.waits(entry, push.message().traceparent());
        return Outcome.ACCEPTED;
    }

    /** Sends now, or with what comes within the next milliseconds if this event loop is busy with sending. */
    @Override
    public void run() {
        boolean full = session.waiting() >= fullPushes || session.waitingBytes() >= fullBytes;
        if (full || draining) { // nothing is gained by waiting
            turn.now();
        } else if (session.waiting() > 0) {
            turn.ask();
        }
    }

    private void send() {
        LinkStream open = stream;
        long now = clocks.nanoTime();
        while (open != null && welcomed && open.isWritable()) {
            SendBatch batch = session.next(now);
            if (batch == null) {
                break;
            }
            if (spans.isOn()) {
                beginSpans(batch);
            }
            write(open, batch, now);
            meters.linkBatchSent(batch.size());
        }
        due.armAt(session.nextDueNanos());
    }

    private void write(LinkStream open, SendBatch batch, long now) {
        long ackSeen = session.ackSeen();
        int size = LinkFrames.batchSize(batch, ackSeen);
        Buffer buffer = buffers.take(size);
        LinkFrames.writeBatch(batch, now, ackSeen, buffer);
        buffers.giveBack(buffer, open.write(buffer.slice(0, size)));
    }

    /** What goes out for the first time. Its parent at the node is the push's own context: the bytes are every node's. */
    private void beginSpans(SendBatch batch) {
        for (int i = batch.firstNew(); i < batch.size(); i++) {
            LinkEntry entry = session.unanswered(batch.firstId() + i);
            if (entry != null) {
                spans.begins(entry, null);
            }
        }
    }

    @Override
    public void drain() {
        session.drain();
        draining = true;
        turn.now();
    }

    @Override
    public void giveUpUnsent(String reason) {
        LinkReply gone = new LinkReply.GivenUp(reason);
        session.abandonWaiting(entry -> ends.ended(entry, gone));
    }

    @Override
    public void giveUp(String reason) {
        LinkReply gone = new LinkReply.GivenUp(reason);
        session.abandonWaiting(entry -> ends.ended(entry, gone));
        session.abandonSent(entry -> ends.ended(entry, gone));
    }

    /** Gives what waits to another sender; what was sent has failed. */
    void handOver(MailboxWorkers to) {
        LinkReply failed = new LinkReply.Failed("the node does not know the stream any more");
        session.abandonSent(entry -> ends.ended(entry, failed));
        session.handOver((entry, push) -> {
            spans.moves(entry, push);
            to.readmit(push);
        });
    }

    @Override
    public int messages() {
        return session.waiting() + session.unanswered();
    }

    @Override
    public int inFlight() {
        return session.unanswered();
    }

    @Override
    public int depth() {
        return session.waiting();
    }

    @Override
    public long bytes() {
        return session.waitingBytes();
    }

    // ---- the connection

    @Override
    public void connected(NodeConnection connection) {
        failures = 0;
        open();
    }

    /** Nothing more is sent. What comes over a stream that the node only lets run out is still heard. */
    @Override
    public void disconnected(String reason) {
        session.broke();
        welcomed = false;
        heartbeat.stop();
        welcomeWait.cancel();
        reopening.cancel();
    }

    /** Nobody listens there: the process that had the pushes is gone, and no session with it can be gone on with. */
    @Override
    public void refused(String reason) {
        if (session.unanswered() > 0) {
            LinkReply failed = new LinkReply.Failed("the connection was lost: " + reason);
            session.abandonSent(entry -> ends.ended(entry, failed));
            ends.settled();
        }
    }

    @Override
    public void dead(String reason) {
        LinkReply failed = new LinkReply.Failed(reason);
        session.abandonWaiting(entry -> ends.ended(entry, failed));
        session.abandonSent(entry -> ends.ended(entry, failed));
        ends.settled();
    }

    @Override
    public boolean watchesLife() {
        return welcomed;
    }

    @Override
    public Future<Void> close() {
        closed = true;
        turn.leave();
        heartbeat.stop();
        due.cancel();
        welcomeWait.cancel();
        reopening.cancel();
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
        welcomed = false;
        LinkStream next = new LinkStream(connection, this);
        stream = next;
        welcomeWait.armAt(clocks.nanoTime() + config.connectTimeout().toNanos());
        next.open(LinkFrames.frame(ManagerFrame.newBuilder()
                .setHello(LinkHello.newBuilder()
                        .setVersion(VERSION)
                        .setManagerInstanceId(managerInstanceId)
                        .setNodeInstanceId(node.instanceId())
                        .setSession(session.session())
                        .setAckSeen(session.ackSeen())
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

    @Override
    public void ended(LinkStream which, @Nullable GrpcStatus status, String message) {
        if (which != stream) {
            return;
        }
        stream = null;
        boolean wasWelcomed = welcomed;
        session.broke();
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
            unknownToNode.run();
        } else if (link.isConnected()) {
            endLog.line(times -> log.info("node {}: {}; {} such since last said", name(), downReason, times));
            failures = wasWelcomed ? 1 : failures + 1;
            reopening.armAt(clocks.nanoTime() + backoff.delayNanos(failures, jitter.getAsDouble()));
        }
    }

    @Override
    public void writable() {
        turn.now();
        ends.settled();
    }

    @Override
    public void frame(LinkStream which, NodeFrame frame) {
        if (which != stream) {
            return;
        }
        heartbeat.heard();
        try {
            switch (frame.getFrameCase()) {
                case WELCOME -> welcome(frame.getWelcome());
                case ACK -> ack(frame.getAck());
                case PROBE_ANSWER ->
                    heartbeat.answered(
                            frame.getProbeAnswer().getNumber(),
                            frame.getProbeAnswer().getSentNanos());
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

    private void welcome(LinkWelcome welcome) {
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
        welcomeWait.cancel();
        heartbeat.start();
        turn.now();
        ends.settled();
    }

    private void ack(LinkAck ack) {
        if (!session.isNextAck(ack.getNumber())) {
            return;
        }
        LinkResultReader.read(ack, session, ends);
        session.consumed(ack.getConsumedThrough());
        run();
        ends.settled();
    }

    private void writeProbe(ManagerFrame.Builder frame) {
        LinkStream open = stream;
        if (open != null) {
            frame.getProbeBuilder().setAckSeen(session.ackSeen());
            open.write(LinkFrames.frame(frame.build()));
        }
    }

    // ---- time

    private void onDue() {
        session.expire(clocks.nanoTime());
        turn.now();
        ends.settled();
    }

    @Override
    public void notSent(LinkEntry push) {
        ends.ended(
                push,
                welcomed
                        ? new LinkReply.TimedOut("the node did not take it in time")
                        : new LinkReply.Failed(
                                "not sent in time: " + (link.isConnected() ? downReason : link.downReason())));
    }

    @Override
    public void timedOut(LinkEntry push) {
        ends.ended(push, new LinkReply.TimedOut("the node did not answer in time"));
    }

    @Override
    public void forgotten(LinkEntry push) {
        ends.ended(push, new LinkReply.Failed("the stream broke, and the node has forgotten what it carried"));
    }

    private String name() {
        return Reasons.clean(node.nodeId() + " at " + node.address());
    }
}
