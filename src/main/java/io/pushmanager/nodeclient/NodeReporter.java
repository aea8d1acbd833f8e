package io.pushmanager.nodeclient;

import io.pushmanager.core.explain.HopLog;
import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what became of the pushes at one node: to fan-out, in the meters, and in the log where it went wrong.
 *
 * <p><b>Time:</b> as {@link OfferDesk}. <b>Thread:</b> the node client's event loop.
 */
final class NodeReporter implements PushEnds {

    private static final Logger log = LoggerFactory.getLogger(NodeReporter.class);
    private static final long LOG_INTERVAL_NANOS = 10_000_000_000L;
    /** Reports of so few connections are made once: most pushes concern few connections of a node. */
    private static final int KEPT_REPORTS = 64;

    private final NodeInfo node;
    private final OfferDesk.Place desk;
    private final Meters meters;
    private final PushSpans spans;
    private final Runnable settled;
    private final NodeReport accepted;
    private final @Nullable NodeReport[] keptReports = new @Nullable NodeReport[KEPT_REPORTS];
    private final Clocks clocks;
    private final @Nullable HopLog hops;
    private final LimitedLog fullLog;
    private final LimitedLog failedLog;

    /** When the acknowledgement came whose results are told now. */
    private long ackNanos;

    /**
     * @param hops of this event loop; null when nothing is kept
     * @param settled run after each run of ends
     */
    NodeReporter(
            NodeInfo node,
            OfferDesk.Place desk,
            Meters meters,
            PushSpans spans,
            Clocks clocks,
            @Nullable HopLog hops,
            Runnable settled) {
        this.clocks = clocks;
        this.hops = hops;
        this.node = node;
        this.desk = desk;
        this.meters = meters;
        this.spans = spans;
        this.settled = settled;
        this.accepted = NodeReport.accepted(node.nodeId());
        this.fullLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
        this.failedLog = new LimitedLog(clocks, LOG_INTERVAL_NANOS);
    }

    void accepted(long pushId) {
        desk.tell(pushId, accepted);
    }

    void full(long pushId, PushSender sender) {
        meters.mailboxDropped(node.nodeId(), "full");
        fullLog.line(times -> log.warn(
                "node {}: mailbox full ({} messages, {} bytes), {} pushes rejected since last said",
                name(),
                sender.depth(),
                sender.bytes(),
                times));
        rejected(pushId, Outcome.REJECTED_FULL, "the node's mailbox is full");
    }

    void draining(long pushId) {
        meters.mailboxDropped(node.nodeId(), "draining");
        rejected(pushId, Outcome.REJECTED_DRAINING, "the node is leaving");
    }

    void unknown(long pushId, Action action) {
        rejected(pushId, Outcome.FAILED, "the node does not know " + action.name());
    }

    void dead(long pushId, String reason) {
        meters.mailboxDropped(node.nodeId(), "failed");
        rejected(pushId, Outcome.FAILED, reason);
    }

    @Override
    public void admitted(PushRef push) {
        desk.tell(push.pushId(), accepted);
    }

    @Override
    public void refused(PushRef push, Outcome why) {
        if (why == Outcome.REJECTED_DRAINING) {
            draining(push.pushId());
        } else {
            meters.mailboxDropped(node.nodeId(), "full");
            rejected(push.pushId(), Outcome.REJECTED_FULL, "the node's mailbox stayed full");
        }
    }

    @Override
    public void ended(PushRef push, LinkReply reply) {
        NodeReport report = report(reply);
        String why = dropReason(reply);
        if (why != null) {
            meters.mailboxDropped(node.nodeId(), why);
            if (isFault(reply)) {
                failedLog.line(times ->
                        log.warn("node {}: push {}: {}; {} such since last said", name(), why, report.reason(), times));
            }
        }
        DeliveryCounts delivery = report.delivery();
        if (hops != null) {
            hops.ended(desk.clientId(), push, report, clocks.nanoTime());
        }
        tell(push, report, delivery != null && delivery.matched() > 0);
    }

    @Override
    public void acknowledged(long nowNanos) {
        ackNanos = nowNanos;
    }

    @Override
    public void written(PushRef push, int matched) {
        NodeReport report = written(matched);
        if (hops != null) {
            hops.ended(desk.clientId(), push, report, ackNanos);
        }
        tell(push, report, matched > 0);
    }

    @Override
    public void settled() {
        settled.run();
    }

    private void tell(PushRef push, NodeReport report, boolean hadSomebody) {
        spans.ends(push, report.outcome().name());
        if (hadSomebody) {
            meters.nodeHadSomebody(push.api());
        } else if (report.delivery() != null) {
            meters.nodeHadNobody();
        }
        if (push.awaitsAnswer()) {
            desk.tell(push.pushId(), firstSaid(report));
        } else if (push.wantsReport()) {
            desk.tell(push.pushId(), report);
        }
    }

    /** Of a push that was never in the mailbox: the first that fan-out hears, and the last. */
    private static NodeReport firstSaid(NodeReport report) {
        return NodeReport.rejected(report.nodeId(), report.outcome(), report.reason());
    }

    private void rejected(long pushId, Outcome outcome, String reason) {
        desk.tell(pushId, NodeReport.rejected(node.nodeId(), outcome, reason));
    }

    private NodeReport written(int matched) {
        NodeReport kept = matched < KEPT_REPORTS ? keptReports[matched] : null;
        if (kept != null) {
            return kept;
        }
        NodeReport made = NodeReport.reported(node.nodeId(), new DeliveryCounts(matched, matched, 0, 0, 0, 0, 0));
        if (matched < KEPT_REPORTS) {
            keptReports[matched] = made;
        }
        return made;
    }

    /** The label of the metric; null for a push that the node took. */
    private static @Nullable String dropReason(LinkReply reply) {
        if (reply instanceof LinkReply.Reported || reply instanceof LinkReply.Uncounted) {
            return null;
        }
        if (reply instanceof LinkReply.GivenUp) {
            return "node_gone";
        }
        if (reply instanceof LinkReply.Expired) {
            return "expired";
        }
        if (reply instanceof LinkReply.Conflated) {
            return "conflated";
        }
        if (reply instanceof LinkReply.Dropped) {
            return "dropped_oldest";
        }
        return reply instanceof LinkReply.TimedOut ? "timed_out" : "failed";
    }

    /** To be logged: not what callers have asked for, nor what is said once for all that were given up. */
    private static boolean isFault(LinkReply reply) {
        return reply instanceof LinkReply.Failed
                || reply instanceof LinkReply.TimedOut
                || reply instanceof LinkReply.Dropped;
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
        if (reply instanceof LinkReply.Expired) {
            return NodeReport.unreported(id, Outcome.EXPIRED, "its time to live ended before it was sent");
        }
        if (reply instanceof LinkReply.Conflated) {
            return NodeReport.unreported(id, Outcome.CONFLATED, "a newer push with its conflation key took its place");
        }
        if (reply instanceof LinkReply.Dropped) {
            return NodeReport.unreported(id, Outcome.FAILED, "dropped: mailbox full, drop-oldest");
        }
        throw new IllegalStateException("no push ends with " + reply);
    }

    private String name() {
        return Reasons.clean(node.nodeId() + " at " + node.address());
    }
}
