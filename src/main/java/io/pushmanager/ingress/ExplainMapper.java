package io.pushmanager.ingress;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.pushmanager.bus.NodeExplainAnswer;
import io.pushmanager.bus.NodeExplainAnswer.Said;
import io.pushmanager.core.explain.HopRow;
import io.pushmanager.core.explain.NodeClock;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.NodeTrail;
import io.pushmanager.proto.pubsub.PushTrail;
import io.pushmanager.wire.DeliveryMapper;
import io.pushmanager.wire.ReplyMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What fan-out, node clients and nodes know of one message id → {@code PushTrail}s. Used once. */
final class ExplainMapper {

    /** Beyond this a node's clock may have drifted further than is told. */
    private static final long SAME_PUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NodeExplainAnswer nodes;
    private final long nowNanos;
    private final long nowMillis;

    ExplainMapper(NodeExplainAnswer nodes, long nowNanos, long nowMillis) {
        this.nodes = nodes;
        this.nowNanos = nowNanos;
        this.nowMillis = nowMillis;
    }

    /** Newest first; what only node clients still know comes last. */
    List<PushTrail> trails(String messageId, List<io.pushmanager.core.explain.PushTrail> known) {
        List<PushTrail> trails = new ArrayList<>();
        List<HopRow> left = new ArrayList<>(nodes.rows());
        for (io.pushmanager.core.explain.PushTrail push : known) {
            left.removeIf(row -> row.pushId() == push.pushId());
            trails.add(trail(push));
        }
        Map<Long, PushTrail.Builder> others = new LinkedHashMap<>();
        for (HopRow row : left) {
            others.computeIfAbsent(row.pushId(), id -> PushTrail.newBuilder())
                    .addNodes(node(row.clientId(), row.report(), row, row.offeredNanos()));
        }
        others.values().forEach(trail -> trails.add(trail.build()));
        return trails;
    }

    private PushTrail trail(io.pushmanager.core.explain.PushTrail push) {
        long start = push.receivedNanos();
        PushTrail.Builder trail = PushTrail.newBuilder()
                .setApi(push.api().label())
                .setKind(push.kind())
                .setAck(push.ack() == AckLevel.DELIVERED ? Ack.ACK_DELIVERED : Ack.ACK_ACCEPTED)
                .setReceivedAt(Timestamps.fromMillis(nowMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos - start)))
                .setFanOut(since(start, push.offeredNanos()));
        if (push.isAnswered()) {
            trail.setAnswered(since(start, push.answeredNanos()));
        }
        for (io.pushmanager.core.explain.PushTrail.Part part : push.nodes()) {
            HopRow row = rowOf(push.pushId(), part.clientId());
            NodeReport report = row != null && part.report().accepted() ? row.report() : part.report();
            trail.addNodes(node(part.clientId(), report, row, start));
        }
        return trail.build();
    }

    private @Nullable HopRow rowOf(long pushId, String clientId) {
        for (HopRow row : nodes.rows()) {
            if (row.pushId() == pushId && row.clientId().equals(clientId)) {
                return row;
            }
        }
        return null;
    }

    private NodeTrail node(String clientId, NodeReport report, @Nullable HopRow row, long start) {
        NodeTrail.Builder node = NodeTrail.newBuilder()
                .setNodeId(report.nodeId())
                .setOutcome(ReplyMapper.toProto(report.outcome()))
                .setReason(report.reason());
        DeliveryCounts delivery = report.delivery();
        if (delivery != null) {
            node.setDelivery(DeliveryMapper.toProto(delivery));
        }
        if (row != null) {
            if (row.offeredNanos() != Long.MIN_VALUE) {
                node.setMailbox(since(start, row.offeredNanos()));
            }
            if (row.isSent()) {
                node.setSent(since(start, row.sentNanos()));
            }
            node.setEnded(since(start, row.endedNanos()));
        }
        Said said = nodes.nodes().get(clientId);
        if (said == null) {
            node.setNodeSilent("its client is gone");
        } else if (!said.failure().isEmpty()) {
            node.setNodeSilent(said.failure());
        } else if (report.outcome() != Outcome.REJECTED_FULL && report.outcome() != Outcome.REJECTED_DRAINING) {
            addNodeTimes(node, said, row, start);
        }
        return node.build();
    }

    private void addNodeTimes(NodeTrail.Builder node, Said said, @Nullable HopRow row, long start) {
        NodeDelivery best = null;
        NodeClock bestClock = null;
        long bestDistance = Long.MAX_VALUE;
        for (NodeDelivery delivery : said.deliveries()) {
            NodeClock clock = NodeClock.between(said.askedNanos(), said.answeredNanos(), delivery.ageNanos());
            long from = row != null && row.isSent() ? row.sentNanos() : start;
            long to = row != null && row.report().delivery() != null ? row.endedNanos() : nowNanos;
            long distance = clock.distance(from, to);
            if (distance < bestDistance) {
                best = delivery;
                bestDistance = distance;
                bestClock = clock.notBefore(from).notAfter(to, Math.max(0, delivery.writtenNanos()));
            }
        }
        if (best == null || bestClock == null || bestDistance > SAME_PUSH_NANOS) {
            node.setNodeSilent("the node knows nothing of it, or not any more");
            return;
        }
        long received = bestClock.receivedNanos();
        node.setReceived(since(start, received)).setNodeClockError(Durations.fromNanos(bestClock.errorNanos()));
        if (best.writtenNanos() >= 0) {
            node.setWritten(since(start, received + best.writtenNanos()));
        }
        if (best.flushedNanos() >= 0) {
            node.setFlushed(since(start, received + best.flushedNanos()));
        }
    }

    private static Duration since(long start, long nanos) {
        return Durations.fromNanos(Math.max(0, nanos - start));
    }
}
