package io.pushmanager.wire;

import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Action.Disconnect;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.text.Utf8;
import io.pushmanager.proto.pubsub.AddUserToRoomRequest;
import io.pushmanager.proto.pubsub.ConnectionCounts;
import io.pushmanager.proto.pubsub.DisconnectUserRequest;
import io.pushmanager.proto.pubsub.OperatorNodeReport;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.RemoveUserFromRoomRequest;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Checked;

/** {@code pubsub.OperatorService} ↔ what goes through fan-out for it. <b>Thread:</b> any. */
public final class OperatorRequests {

    private final PushRequests requests;

    public OperatorRequests(PushRequests requests) {
        this.requests = requests;
    }

    public Checked disconnect(DisconnectUserRequest request, Arrival arrival) {
        Violations violations = new Violations();
        int code = request.getCloseCode() == 0 ? Disconnect.LOWEST_CODE : request.getCloseCode();
        checkClose(violations, "", code, request.getReason());
        return requests.action(
                violations,
                request.getUserId(),
                request.getMessageId(),
                new Disconnect(code, request.getReason()),
                arrival);
    }

    /** @param path of the message that has the fields, with a dot behind it, or empty */
    static void checkClose(Violations violations, String path, int code, String reason) {
        if (code < Disconnect.LOWEST_CODE || code > Disconnect.HIGHEST_CODE) {
            violations.add(path + "close_code", "must be " + Disconnect.LOWEST_CODE + " to " + Disconnect.HIGHEST_CODE);
        }
        if (Utf8.length(reason) > Disconnect.MAX_REASON_BYTES) {
            violations.add(path + "reason", "is over the limit of " + Disconnect.MAX_REASON_BYTES + " bytes of UTF-8");
        }
    }

    public Checked addToRoom(AddUserToRoomRequest request, Arrival arrival) {
        Violations violations = new Violations();
        violations.requireId("room_id", request.getRoomId());
        Action join = new Action.Join(request.getRoomId());
        return requests.action(violations, request.getUserId(), request.getMessageId(), join, arrival);
    }

    public Checked removeFromRoom(RemoveUserFromRoomRequest request, Arrival arrival) {
        Violations violations = new Violations();
        violations.requireId("room_id", request.getRoomId());
        Action leave = new Action.Leave(request.getRoomId());
        return requests.action(violations, request.getUserId(), request.getMessageId(), leave, arrival);
    }

    public static OperatorReply toProto(PushResult result) {
        DeliveryCounts total = result.delivery();
        OperatorReply.Builder reply = OperatorReply.newBuilder()
                .setMessageId(result.messageId())
                .setNodesTargeted(result.nodesTargeted())
                .setNodesAccepted(result.nodesAccepted())
                .setNodesFailed(result.nodesFailed())
                .setConnections(counts(total == null ? DeliveryCounts.NONE : total))
                .setMembershipStale(result.membershipStale());
        for (NodeReport node : result.nodes()) {
            OperatorNodeReport.Builder report = reply.addNodesBuilder()
                    .setNodeId(node.nodeId())
                    .setOutcome(ReplyMapper.toProto(node.outcome()))
                    .setReason(node.reason());
            if (node.delivery() != null) {
                report.setConnections(counts(node.delivery()));
            }
        }
        return reply.build();
    }

    private static ConnectionCounts counts(DeliveryCounts delivery) {
        return ConnectionCounts.newBuilder()
                .setMatched(delivery.matched())
                .setChanged(delivery.written())
                .setUnchanged(delivery.duplicate())
                .setRefused(delivery.droppedSlow())
                .build();
    }
}
