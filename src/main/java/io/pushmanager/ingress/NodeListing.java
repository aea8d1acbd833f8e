package io.pushmanager.ingress;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.NodeViews;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.telemetry.Health;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import java.time.Duration;

/** {@code ListNodes}: what this manager sees of its nodes, for operators. */
final class NodeListing {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final String managerId;
    private final Bus bus;
    private final Health health;

    NodeListing(String managerId, Bus bus, Health health) {
        this.health = health;
        this.managerId = managerId;
        this.bus = bus;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.unary(PushManagerServiceGrpcService.ListNodes, (request, call) -> bus.request(
                        Addresses.NODE_VIEWS, new NodeViews.Query(), TIMEOUT)
                .map(this::toProto)
                .recover(failure -> Future.failedFuture(new PushErrorException(PushError.retryable(
                        ErrorCode.UNAVAILABLE, "NOT_READY", "the list of nodes is not there yet", 1_000)))));
    }

    private ListNodesReply toProto(NodeViews views) {
        ListNodesReply.Builder reply =
                ListNodesReply.newBuilder().setManagerId(managerId).setMembershipStale(views.membershipStale());
        health.notices().forEach((name, text) -> reply.addNotices(name + ": " + text));
        views.nodes().forEach(view -> reply.addNodes(toProto(view)));
        return reply.build();
    }

    private static NodeView toProto(NodeViews.View view) {
        NodeInfo node = view.node();
        return NodeView.newBuilder()
                .setNodeId(node.nodeId())
                .setAddress(node.address())
                .setInstanceId(node.instanceId())
                .setState(state(view))
                .setPublicUrl(node.publicUrl())
                .setVersion(node.version())
                .addAllCapabilities(node.capabilities().stream().sorted().toList())
                .setConnected(view.connected())
                .setMailboxDepth(view.mailboxDepth())
                .setInFlight(view.inFlight())
                .build();
    }

    private static NodeState state(NodeViews.View view) {
        if (view.node().draining()) {
            return NodeState.NODE_STATE_DRAINING;
        }
        return view.suspect() ? NodeState.NODE_STATE_SUSPECT : NodeState.NODE_STATE_SERVING;
    }
}
