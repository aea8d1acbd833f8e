package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.FanOutErrors;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way by a route. A route that was known before the push came may be wrong: it names a node that is not
 * there, or one that fails, or that says it has nobody. Then it is looked up anew, once, and the push goes to the nodes
 * that it has not been to.
 */
final class RoutedPush implements RouteDesk.Client {

    private final RoutedFanOut owner;
    private final RouteKey key;
    private final PushMessage message;
    private final long arrivedNanos;
    private final Consumer<PushAnswer> caller;
    /** What came of the first route; null while it has not been tried. */
    private @Nullable PushAnswer first;

    private NodeSlot[] tried = {};

    RoutedPush(RoutedFanOut owner, RouteKey key, PushMessage message, long arrivedNanos, Consumer<PushAnswer> caller) {
        this.owner = owner;
        this.key = key;
        this.message = message;
        this.arrivedNanos = arrivedNanos;
        this.caller = caller;
    }

    @Override
    public int sizeBytes() {
        return message.sizeBytes();
    }

    @Override
    public long patienceEndsNanos() {
        return owner.patienceEndsNanos(message, arrivedNanos);
    }

    @Override
    public void refused(PushError error) {
        caller.accept(first == null ? error : first);
    }

    @Override
    public void routed(Route route, long nowNanos) {
        Route.Nodes nodes = owner.nodesOf(route);
        // One that was looked up anew is younger than the push: so this happens once.
        boolean mayBeOld = route.asOfNanos() - arrivedNanos < 0;
        if (first != null) {
            sendToTheRest(first, nodes, nowNanos);
        } else if (mayBeOld && !nodes.unknown().isEmpty()) {
            renew(nowNanos);
        } else if (nodes.slots().length == 0 && !nodes.unknown().isEmpty()) {
            caller.accept(RouteErrors.nodeUnknown(nodes.unknown().size()));
        } else {
            owner.send(nodes.slots(), message, nowNanos, answer -> answered(answer, nodes, mayBeOld));
        }
    }

    private void renew(long nowNanos) {
        owner.again(key, this, nowNanos);
    }

    private void answered(PushAnswer answer, Route.Nodes nodes, boolean mayBeOld) {
        PushAnswer whole = withUnknown(answer, nodes);
        long now = owner.nowNanos();
        if (mayBeOld && isWrong(answer, nodes) && patienceEndsNanos() - now > 0) {
            first = whole;
            tried = nodes.slots();
            renew(now);
        } else {
            caller.accept(whole);
        }
    }

    private boolean isWrong(PushAnswer answer, Route.Nodes nodes) {
        if (answer instanceof PushError error) {
            return error.reason().equals(FanOutErrors.NO_NODE_ACCEPTED);
        }
        List<NodeReport> reports = ((PushResult) answer).nodes();
        for (int i = 0; i < Math.min(nodes.named(), reports.size()); i++) {
            NodeReport report = reports.get(i);
            boolean hasNobody = report.delivery() != null && report.delivery().matched() == 0;
            if (report.outcome() == Outcome.FAILED
                    || report.outcome() == Outcome.REJECTED_DRAINING
                    || (hasNobody && namesAll())) {
                return true;
            }
        }
        return false;
    }

    /** Whether whom the route names is whom the push is for: not so if some are left out, or only those in a room count. */
    private boolean namesAll() {
        return message.target().excludedUserIds().isEmpty()
                && (key.isRoom() || message.target().roomId().isEmpty());
    }

    private void sendToTheRest(PushAnswer before, Route.Nodes nodes, long nowNanos) {
        Set<NodeSlot> been = Set.of(tried);
        NodeSlot[] rest = Arrays.stream(nodes.slots())
                .filter(slot -> !been.contains(slot))
                .toArray(NodeSlot[]::new);
        if (rest.length == 0) {
            caller.accept(before);
        } else if (before instanceof PushResult result) {
            // Without the mark of a repeat: fan-out would answer with what came of the first route.
            owner.send(rest, unmarked(), nowNanos, answer -> caller.accept(sum(result, answer, rest)));
        } else {
            owner.send(rest, message, nowNanos, answer -> caller.accept(withUnknown(answer, nodes)));
        }
    }

    private PushMessage unmarked() {
        return new PushMessage(
                message.messageId(),
                false,
                message.api(),
                message.target(),
                message.content(),
                message.ack(),
                message.sizeBytes(),
                message.deadlineNanos(),
                message.handling(),
                message.traceparent(),
                message.receivedNanos(),
                message.action());
    }

    private static PushResult sum(PushResult before, PushAnswer after, NodeSlot[] rest) {
        List<NodeReport> reports = new ArrayList<>(before.nodes());
        if (after instanceof PushResult result) {
            reports.addAll(result.nodes());
            return new PushResult(
                    before.messageId(),
                    before.nodesAccepted() + result.nodesAccepted(),
                    before.nodesFailed() + result.nodesFailed(),
                    before.delivery() == null || result.delivery() == null
                            ? before.delivery()
                            : before.delivery().plus(result.delivery()),
                    reports,
                    before.membershipStale() || result.membershipStale(),
                    before.dryRun());
        }
        for (NodeSlot slot : rest) {
            reports.add(NodeReport.rejected(slot.node().nodeId(), Outcome.FAILED, ((PushError) after).message()));
        }
        return new PushResult(
                before.messageId(),
                before.nodesAccepted(),
                before.nodesFailed() + rest.length,
                before.delivery(),
                reports,
                before.membershipStale(),
                before.dryRun());
    }

    /** Names the nodes that the directory names and that this manager does not know: they did not get it. */
    private static PushAnswer withUnknown(PushAnswer answer, Route.Nodes nodes) {
        if (nodes.unknown().isEmpty() || !(answer instanceof PushResult result)) {
            return answer;
        }
        List<NodeReport> reports = new ArrayList<>(result.nodes());
        for (NodeRef node : nodes.unknown()) {
            reports.add(NodeReport.rejected(node.nodeId(), Outcome.FAILED, "this manager does not know this node yet"));
        }
        return new PushResult(
                result.messageId(),
                result.nodesAccepted(),
                result.nodesFailed() + nodes.unknown().size(),
                result.delivery(),
                reports,
                result.membershipStale(),
                result.dryRun());
    }
}
