package io.pushmanager.wire;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.pubsub.PushReply;

/** {@link PushResult} → {@code pubsub.PushReply}. */
public final class ReplyMapper {

    private ReplyMapper() {}

    public static PushReply toProto(PushResult result) {
        return toBuilder(result).build();
    }

    /** For a stream, which adds its correlation_id. */
    public static PushReply.Builder toBuilder(PushResult result) {
        PushReply.Builder reply = PushReply.newBuilder()
                .setMessageId(result.messageId())
                .setNodesTargeted(result.nodesTargeted())
                .setNodesAccepted(result.nodesAccepted())
                .setNodesFailed(result.nodesFailed())
                .setMembershipStale(result.membershipStale())
                .setDryRun(result.dryRun());
        DeliveryCounts delivery = result.delivery();
        if (delivery != null) {
            reply.setDelivery(DeliveryMapper.toProto(delivery));
        }
        for (NodeReport node : result.nodes()) {
            reply.addNodes(toProto(node));
        }
        return reply;
    }

    static io.pushmanager.proto.pubsub.NodeReport toProto(NodeReport node) {
        io.pushmanager.proto.pubsub.NodeReport.Builder report = io.pushmanager.proto.pubsub.NodeReport.newBuilder()
                .setNodeId(node.nodeId())
                .setOutcome(toProto(node.outcome()))
                .setReason(node.reason());
        DeliveryCounts delivery = node.delivery();
        if (delivery != null) {
            report.setDelivery(DeliveryMapper.toProto(delivery));
        }
        return report.build();
    }

    public static io.pushmanager.proto.pubsub.Outcome toProto(Outcome outcome) {
        return switch (outcome) {
            case ACCEPTED -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_ACCEPTED;
            case REPORTED -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_REPORTED;
            case REJECTED_FULL -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_REJECTED_FULL;
            case REJECTED_DRAINING -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_REJECTED_DRAINING;
            case FAILED -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_FAILED;
            case TIMED_OUT -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_TIMED_OUT;
            case EXPIRED -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_EXPIRED;
            case CONFLATED -> io.pushmanager.proto.pubsub.Outcome.OUTCOME_CONFLATED;
        };
    }

    /** An outcome that this version does not know counts as a failure: nothing is claimed that was not said. */
    public static Outcome toCore(io.pushmanager.proto.pubsub.Outcome outcome) {
        return switch (outcome) {
            case OUTCOME_ACCEPTED -> Outcome.ACCEPTED;
            case OUTCOME_REPORTED -> Outcome.REPORTED;
            case OUTCOME_REJECTED_FULL -> Outcome.REJECTED_FULL;
            case OUTCOME_REJECTED_DRAINING -> Outcome.REJECTED_DRAINING;
            case OUTCOME_FAILED, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Outcome.FAILED;
            case OUTCOME_TIMED_OUT -> Outcome.TIMED_OUT;
            case OUTCOME_EXPIRED -> Outcome.EXPIRED;
            case OUTCOME_CONFLATED -> Outcome.CONFLATED;
        };
    }
}
