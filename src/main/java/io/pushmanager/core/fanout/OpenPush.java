package io.pushmanager.core.fanout;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tally of one push over the nodes it was routed to. Keeps the message's name and not its content: the mailboxes
 * hold that.
 *
 * <p><b>Bound:</b> one report per target. <b>Thread:</b> fan-out's event loop only.
 */
final class OpenPush {

    /** Not before it is in the table of open pushes. */
    long id;

    final String messageId;
    final Api api;
    final AckLevel ack;
    /** Where the window of message ids remembers this push; null when the id was generated. */
    final OnceWindow.@Nullable Entry entry;

    /** Null for a push. */
    final @Nullable Action action;

    // for FanOutTrails
    long receivedNanos;
    long offeredNanos;
    long answeredNanos;

    private final NodeSlot[] targets;
    private final @Nullable NodeReport[] reports;
    private int unanswered;
    private int unended;
    private int accepted;
    private int full;
    private boolean allOffered;
    private boolean open = true;

    /** The callers that wait, newest first. */
    @Nullable
    Waiter waiters;

    OpenPush(PushMessage message, NodeSlot[] targets, OnceWindow.@Nullable Entry entry) {
        this.messageId = message.messageId();
        this.api = message.api();
        this.ack = message.ack();
        this.action = message.action();
        this.entry = entry;
        this.targets = targets;
        this.reports = new NodeReport[targets.length];
        this.unanswered = targets.length;
        this.unended = targets.length;
    }

    /** This caller is answered on its own. */
    void forgetWaiter(Waiter gone) {
        if (waiters == gone) {
            waiters = gone.sibling;
            return;
        }
        for (Waiter waiter = waiters; waiter != null; waiter = waiter.sibling) {
            if (waiter.sibling == gone) {
                waiter.sibling = gone.sibling;
                return;
            }
        }
    }

    /** Before this no tally is complete: the first node may answer while the second one is being offered the push. */
    void allOffered() {
        allOffered = true;
    }

    boolean isComplete() {
        return allOffered && (ack == AckLevel.ACCEPTED ? unanswered : unended) == 0;
    }

    int targeted() {
        return targets.length;
    }

    int accepted() {
        return accepted;
    }

    NodeSlot target(int index) {
        return targets[index];
    }

    /** The place of a slot among the targets; negative if it is none of them. */
    int indexOf(NodeSlot slot) {
        int hint = slot.index;
        if (hint < targets.length && targets[hint] == slot) {
            return hint;
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] == slot) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Takes what a node says. What contradicts an end that is already known changes nothing.
     *
     * @return whether this is the node's first answer
     */
    boolean settle(int index, NodeReport report) {
        NodeReport known = reports[index];
        boolean ends = isEnd(report);
        if (known == null) {
            reports[index] = report;
            unanswered--;
            if (report.isTaken()) {
                accepted++;
            } else if (report.outcome() == Outcome.REJECTED_FULL) {
                full++;
            }
        } else if (!isEnd(known) && ends) {
            reports[index] = report.accepted()
                    ? report
                    : NodeReport.unreported(report.nodeId(), report.outcome(), report.reason());
        } else {
            return false;
        }
        if (ends) {
            unended--;
        }
        return known == null;
    }

    /** Accepted and nothing more is what a mailbox says; with a reason it is the end at a node that never reports. */
    static boolean isEnd(NodeReport report) {
        return !report.accepted()
                || report.outcome() != Outcome.ACCEPTED
                || !report.reason().isEmpty();
    }

    boolean isOpen() {
        return open;
    }

    /** @param nowNanos its caller has its answer now */
    void answered(long nowNanos) {
        open = false;
        answeredNanos = nowNanos;
    }

    /** The node's client is gone. Whatever has not ended there has failed. */
    void fail(int index, String reason) {
        NodeReport known = reports[index];
        String nodeId = targets[index].node().nodeId();
        if (known == null) {
            settle(index, NodeReport.rejected(nodeId, Outcome.FAILED, reason));
        } else if (!isEnd(known) && ack == AckLevel.DELIVERED) {
            settle(index, NodeReport.unreported(nodeId, Outcome.FAILED, reason));
        }
    }

    /** The answer as things stand; what has not ended counts as timed out. */
    PushAnswer answer(boolean membershipStale) {
        if (accepted == 0 && targets.length > 0) {
            return full == targets.length
                    ? FanOutErrors.mailboxesFull(targets.length)
                    : FanOutErrors.noNodeAccepted(targets.length, full, reports);
        }
        NodeReport[] all = new NodeReport[targets.length];
        DeliveryCounts total = ack == AckLevel.DELIVERED ? DeliveryCounts.NONE : null;
        for (int i = 0; i < all.length; i++) {
            all[i] = reportAsItStands(i);
            DeliveryCounts delivery = all[i].delivery();
            if (total != null && delivery != null) {
                total = total.plus(delivery);
            }
        }
        List<NodeReport> list = all.length == 0 ? List.of() : Arrays.asList(all);
        return new PushResult(
                messageId, accepted, targets.length - accepted, total, list, membershipStale, action == Action.COUNT);
    }

    /** Whether a repeat need not be sent: every node took it, and where reports were asked for, none left a doubt. */
    boolean endedWell() {
        if (accepted < targets.length) {
            return false;
        }
        if (ack == AckLevel.ACCEPTED) {
            return true;
        }
        for (NodeReport report : reports) {
            DeliveryCounts delivery = report == null ? null : report.delivery();
            boolean replaced = report != null && report.outcome() == Outcome.CONFLATED;
            // One that was replaced must not come back as if it were the newest.
            if (!replaced && (delivery == null || delivery.unknown() > 0)) {
                return false;
            }
        }
        return true;
    }

    /** What has been heard of it, and nothing more. */
    @Nullable
    NodeReport heard(int index) {
        return reports[index];
    }

    private NodeReport reportAsItStands(int index) {
        NodeReport report = reports[index];
        if (report == null) {
            return NodeReport.rejected(
                    targets[index].node().nodeId(),
                    Outcome.TIMED_OUT,
                    "its mailbox did not answer before the deadline");
        }
        return ack == AckLevel.DELIVERED && !isEnd(report)
                ? NodeReport.unreported(report.nodeId(), Outcome.TIMED_OUT, "no report before the deadline")
                : report;
    }
}
