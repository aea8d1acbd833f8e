package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkEntry;
import io.pushmanager.core.link.LinkLimits;
import io.pushmanager.core.link.SendSession;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends to a node over one stream of batches, {@code link.v1}.
 *
 * <p>What is sent when, and what a break costs, {@link SendSession} decides; {@link LinkKeeper} keeps the stream open; {@link LoopPace}
 * may hold what waits, and {@link BatchWriter} writes it. This is the mailbox, and hands in what the node acknowledges. <b>Bound:</b> the
 * session's; one timer. <b>Failure:</b> a push ends once, whatever becomes of the stream. <b>Thread:</b> event loop only.
 * <b>Source:</b> docs/decisions/0008-link-v1.md
 */
final class LinkSender implements PushSender, LinkKeeper.Owner, SendSession.Ends {

    private static final int MAX_UNANSWERED = 65_536;
    private static final LinkReply EXPIRED = new LinkReply.Expired();
    private static final LinkReply CONFLATED = new LinkReply.Conflated();
    private static final LinkReply DROPPED = new LinkReply.Dropped();

    private final Clocks clocks;
    private final PushSpans spans;
    private final PushEnds ends;
    private final Runnable unknownToNode;
    private final InterestFeed interest;
    private final SendSession session;
    private final LinkKeeper keeper;
    private final BatchWriter batches;
    private final LoopPace.Turn turn;
    private final OneTimer due;
    private final PlainAck.Result written = this::written;
    private final int fullPushes;
    private final long fullBytes;

    private boolean draining;

    /** @param unknownToNode called once when the node does not know the stream; then this is of no use any more */
    LinkSender(
            Vertx vertx,
            NodeInfo node,
            NodeClientConfig config,
            ManagerIdentity manager,
            Clocks clocks,
            LoopPace pace,
            LoopBeats beats,
            DoubleSupplier jitter,
            NodeLink link,
            Meters meters,
            PushSpans spans,
            InterestFeed interest,
            PushEnds ends,
            Runnable unknownToNode) {
        this.clocks = clocks;
        this.spans = spans;
        this.interest = interest;
        this.ends = ends;
        this.unknownToNode = unknownToNode;
        LinkConfig limits = config.link();
        this.session = new SendSession(
                new LinkLimits(
                        limits.batches(),
                        limits.batchPushes(),
                        limits.batchBytes(),
                        config.callDeadline().toNanos(),
                        limits.lowDelay().toNanos(),
                        MAX_UNANSWERED),
                config.mailbox(),
                PushEncoder::encode,
                this);
        this.keeper =
                new LinkKeeper(vertx, node, config, manager, clocks, jitter, beats, link, session, interest, this);
        this.batches = new BatchWriter(session, keeper, clocks, meters, spans);
        this.turn = pace.turn(this::send);
        this.due = new OneTimer(vertx, clocks, this::onDue);
        this.fullPushes =
                Math.min(limits.batchPushes(), Math.max(1, config.mailbox().maxMessages() / 2));
        this.fullBytes = Math.min(limits.batchBytes(), config.mailbox().maxBytes() / 2);
    }

    // ---- the mailbox

    @Override
    public @Nullable Outcome offer(MailboxEntry push, long nowNanos) {
        return session.offer(push, nowNanos);
    }

    /** Sends now, or with what comes within the next milliseconds if this event loop is busy with sending. */
    @Override
    public void run() {
        boolean full = session.waiting() >= fullPushes || session.waitingBytes() >= fullBytes;
        if (full || draining || session.isUrgent()) { // nothing is gained by waiting
            turn.now();
        } else if (session.waiting() > 0) {
            turn.ask();
        } else {
            due.armAt(session.nextDueNanos());
        }
    }

    private void send() {
        batches.write();
        due.armAt(session.nextDueNanos());
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
            if (entry.awaitsAnswer()) {
                admitted(entry);
            }
            spans.moves(entry, to.readmit(push));
        });
    }

    @Override
    public int messages() {
        return session.waiting() + session.unanswered() + session.waitingOutside();
    }

    @Override
    public int waitingForRoom() {
        return session.waitingOutside();
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
        keeper.connected();
    }

    @Override
    public void disconnected(String reason) {
        keeper.disconnected();
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
        return keeper.isWelcomed();
    }

    @Override
    public Future<Void> close() {
        turn.leave();
        due.cancel();
        return keeper.close().eventually(interest::close);
    }

    // ---- the stream

    @Override
    public void ready() {
        turn.now();
        ends.settled();
    }

    @Override
    public void unknownToNode() {
        unknownToNode.run();
    }

    @Override
    public void ack(LinkAck ack) {
        if (!session.isNextAck(ack.getNumber())) {
            return;
        }
        ends.acknowledged(clocks.nanoTime());
        LinkResultReader.read(ack, session, ends);
        acked(ack.getConsumedThrough());
    }

    @Override
    public void ack(PlainAck ack) {
        if (!session.isNextAck(ack.number())) {
            return;
        }
        ends.acknowledged(clocks.nanoTime());
        ack.each(written);
        acked(ack.consumedThrough());
    }

    private void written(long id, int matched) {
        LinkEntry entry = session.result(id);
        if (entry != null) {
            ends.written(entry, matched);
        }
    }

    private void acked(long consumedThrough) {
        session.consumed(consumedThrough, clocks.nanoTime());
        run();
        ends.settled();
    }

    // ---- time

    private void onDue() {
        session.expire(clocks.nanoTime());
        turn.now();
        ends.settled();
    }

    @Override
    public void accepted(LinkEntry push) {
        if (spans.isOn()) {
            spans.waits(push, push.traceparent());
        }
    }

    @Override
    public void admitted(LinkEntry push) {
        accepted(push);
        ends.admitted(push);
    }

    @Override
    public void refused(LinkEntry push, Outcome why) {
        ends.refused(push, why);
    }

    @Override
    public void expired(LinkEntry push) {
        ends.ended(push, EXPIRED);
    }

    @Override
    public void conflated(LinkEntry push) {
        ends.ended(push, CONFLATED);
    }

    @Override
    public void dropped(LinkEntry push) {
        ends.ended(push, DROPPED);
    }

    @Override
    public void notSent(LinkEntry push) {
        ends.ended(
                push,
                keeper.isWelcomed()
                        ? new LinkReply.TimedOut("the node did not take it in time")
                        : new LinkReply.Failed("not sent in time: " + keeper.downReason()));
    }

    @Override
    public void timedOut(LinkEntry push) {
        ends.ended(push, new LinkReply.TimedOut("the node did not answer in time"));
    }

    @Override
    public void forgotten(LinkEntry push) {
        ends.ended(push, new LinkReply.Failed("the stream broke, and the node has forgotten what it carried"));
    }
}
