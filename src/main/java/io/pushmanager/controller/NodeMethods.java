package io.pushmanager.controller;

import com.google.protobuf.util.Durations;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.presence.NodeChoice;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.NodeHeartbeatReply;
import io.pushmanager.proto.pubsub.NodeHeartbeatRequest;
import io.pushmanager.proto.pubsub.RegisterNodeReply;
import io.pushmanager.proto.pubsub.RegisterNodeRequest;
import io.pushmanager.proto.pubsub.SelectConnectNodeReply;
import io.pushmanager.proto.pubsub.SelectConnectNodeRequest;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Nodes that register by single calls, and the choice of one for a client. */
final class NodeMethods {

    private final ControllerConfig config;
    private final PresenceStore store;
    private final NodeChoice choice;
    private final ControllerMeters meters;

    NodeMethods(ControllerConfig config, PresenceStore store, NodeChoice choice, ControllerMeters meters) {
        this.config = config;
        this.store = store;
        this.choice = choice;
        this.meters = meters;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.unary(ControllerServiceGrpcService.RegisterNode, (request, call) -> register(request));
        endpoint.unary(ControllerServiceGrpcService.NodeHeartbeat, (request, call) -> heartbeat(request));
        endpoint.unary(ControllerServiceGrpcService.SelectConnectNode, (request, call) -> select(request));
    }

    private Future<RegisterNodeReply> register(RegisterNodeRequest request) {
        new PresenceChecks()
                .requireId("node_id", request.getNodeId())
                .requireId("address", request.getAddress())
                .optionalId("instance_id", request.getInstanceId())
                .text("public_url", request.getPublicUrl())
                .text("version", request.getVersion())
                .capabilities(request.getCapabilitiesList())
                .pass();
        return store.register(PresenceMapper.toCore(request), PresenceMapper.toCore(request.getLoad()))
                .onSuccess(change -> meters.changed(change, "replaced"))
                .map(RegisterNodeReply.newBuilder()
                        .setHeartbeatInterval(
                                Durations.fromMillis(config.heartbeatInterval().toMillis()))
                        .setHeartbeatTimeout(
                                Durations.fromMillis(config.nodeTimeout().toMillis()))
                        .setControllerId(config.id())
                        .build());
    }

    private Future<NodeHeartbeatReply> heartbeat(NodeHeartbeatRequest request) {
        new PresenceChecks()
                .requireId("node_id", request.getNodeId())
                .optionalId("instance_id", request.getInstanceId())
                .pass();
        return store.nodes()
                .map(nodes -> keyOf(request, nodes))
                .compose(key -> store.heartbeat(key, PresenceMapper.toCore(request.getLoad()), request.getDraining()))
                .map(known -> {
                    if (!known) {
                        throw unknown();
                    }
                    return NodeHeartbeatReply.getDefaultInstance();
                });
    }

    private static String keyOf(NodeHeartbeatRequest request, List<NodeStatus> nodes) {
        return nodes.stream()
                .map(NodeStatus::node)
                .filter(node -> node.nodeId().equals(request.getNodeId()))
                .filter(node ->
                        request.getInstanceId().isEmpty() || node.instanceId().equals(request.getInstanceId()))
                .reduce((earlier, later) -> later)
                .map(PresenceNode::key)
                .orElseThrow(NodeMethods::unknown);
    }

    private static PushErrorException unknown() {
        return new PushErrorException(PushError.of(
                ErrorCode.NOT_FOUND, "UNKNOWN_NODE", "no such node: register, then tell every user again"));
    }

    private Future<SelectConnectNodeReply> select(SelectConnectNodeRequest request) {
        new PresenceChecks().excluded(request.getExcludeNodeIdsList()).pass();
        return store.nodes().map(nodes -> choice.pick(nodes, Set.copyOf(request.getExcludeNodeIdsList()))
                .map(node -> SelectConnectNodeReply.newBuilder()
                        .setNodeId(node.nodeId())
                        .setAddress(node.address())
                        .setPublicUrl(node.publicUrl())
                        .setInstanceId(node.instanceId())
                        .build())
                .orElseThrow(() -> new PushErrorException(PushError.retryable(
                        ErrorCode.UNAVAILABLE,
                        "NO_NODE",
                        "no Connect-Node takes clients now",
                        config.heartbeatInterval().toMillis()))));
    }
}
