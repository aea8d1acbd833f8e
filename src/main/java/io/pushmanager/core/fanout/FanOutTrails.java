package io.pushmanager.core.fanout;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.HopLog;
import io.pushmanager.core.explain.Kept;
import io.pushmanager.core.explain.KeptTrails;
import io.pushmanager.core.explain.KeptTrails.Fate;
import io.pushmanager.core.explain.PushTrail;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fan-out remembers of the pushes it sent: their tallies, which it has anyway, a while longer.
 *
 * <p><b>Bound:</b> {@link KeptTrails}'. Contents are not kept. <b>Thread:</b> fan-out's event loop only.
 */
public final class FanOutTrails {

    private static final int PUSH_BYTES = 220;
    private static final int CHAR_BYTES = 2;
    private static final int ACCEPTED_BYTES = 8;
    private static final int REPORT_BYTES = 120;

    private final KeptTrails<OpenPush> kept;

    FanOutTrails(ExplainLimits limits) {
        long slowNanos = limits.slowNanos();
        this.kept = new KeptTrails<>(limits, new KeptTrails.Judge<>() {
            @Override
            public Fate fate(OpenPush push, long nowNanos) {
                if (hasFailed(push)) {
                    return Fate.FAILED;
                }
                long until = push.isOpen() ? nowNanos : push.answeredNanos;
                return until - push.receivedNanos > slowNanos || leftDoubt(push) ? Fate.SLOW : Fate.FORGOTTEN;
            }

            @Override
            public int bytes(OpenPush push) {
                int report = push.ack == AckLevel.DELIVERED ? REPORT_BYTES : ACCEPTED_BYTES;
                return PUSH_BYTES + CHAR_BYTES * push.messageId.length() + report * push.targeted();
            }

            @Override
            public long sinceNanos(OpenPush push) {
                return push.offeredNanos;
            }

            @Override
            public boolean isOf(OpenPush push, String messageId) {
                return push.messageId.equals(messageId);
            }
        });
    }

    void offered(OpenPush push, PushMessage message, long nowNanos) {
        push.offeredNanos = nowNanos;
        push.receivedNanos = message.receivedNanos() == 0 ? nowNanos : message.receivedNanos();
        kept.add(push, nowNanos);
    }

    /** Every time that the message id was sent, newest first. */
    public List<PushTrail> find(String messageId) {
        List<PushTrail> trails = new ArrayList<>(1);
        for (OpenPush push : kept.find(messageId)) {
            List<PushTrail.Part> nodes = new ArrayList<>(push.targeted());
            for (int i = 0; i < push.targeted(); i++) {
                nodes.add(new PushTrail.Part(push.target(i).clientId(), report(push, i)));
            }
            trails.add(new PushTrail(
                    push.id,
                    push.messageId,
                    push.api,
                    push.ack,
                    kind(push.action),
                    push.receivedNanos,
                    push.offeredNanos,
                    !push.isOpen(),
                    push.answeredNanos,
                    nodes));
        }
        return trails;
    }

    public Kept kept() {
        return kept.kept();
    }

    private static NodeReport report(OpenPush push, int index) {
        NodeReport heard = push.heard(index);
        String nodeId = push.target(index).node().nodeId();
        if (heard == null) {
            return NodeReport.rejected(
                    nodeId,
                    Outcome.TIMED_OUT,
                    push.isOpen() ? "its mailbox has not answered yet" : "its mailbox did not answer");
        }
        if (push.ack == AckLevel.DELIVERED && !OpenPush.isEnd(heard)) {
            return push.isOpen()
                    ? NodeReport.unreported(nodeId, Outcome.ACCEPTED, "no report yet")
                    : NodeReport.unreported(nodeId, Outcome.TIMED_OUT, "no report before the caller's deadline");
        }
        return heard;
    }

    private static boolean hasFailed(OpenPush push) {
        for (int i = 0; i < push.targeted(); i++) {
            NodeReport heard = push.heard(i);
            if (heard == null || HopLog.hasFailed(heard)) {
                return true;
            }
            if (heard.outcome() == Outcome.ACCEPTED && push.ack == AckLevel.DELIVERED && !OpenPush.isEnd(heard)) {
                return true;
            }
        }
        return false;
    }

    private static boolean leftDoubt(OpenPush push) {
        for (int i = 0; i < push.targeted(); i++) {
            NodeReport heard = push.heard(i);
            if (heard != null && HopLog.leftDoubt(heard)) {
                return true;
            }
        }
        return false;
    }

    private static String kind(@Nullable Action action) {
        if (action == null) {
            return "push";
        }
        if (action instanceof Action.Disconnect) {
            return "disconnect";
        }
        return action instanceof Action.Join ? "join" : action instanceof Action.Leave ? "leave" : "dry run";
    }
}
