package io.pushmanager.controller;

import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import java.util.HashMap;
import java.util.Map;

/** The streams of the nodes: one each, the newest. <b>Thread:</b> the Controller's event loop. */
final class ReportStreams {

    private final ControllerConfig config;
    private final PresenceStore store;
    private final ControllerMeters meters;
    private final Map<String, ReportStream> byNode = new HashMap<>();

    ReportStreams(ControllerConfig config, PresenceStore store, ControllerMeters meters) {
        this.config = config;
        this.store = store;
        this.meters = meters;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.stream(ControllerServiceGrpcService.Report, this::opened);
    }

    private void opened(GrpcCall<PresenceFrame, PresenceReply> call) {
        new ReportStream(call, this, config, store, meters).begin();
    }

    void identified(ReportStream stream, PresenceNode node) {
        ReportStream before = byNode.put(node.key(), stream);
        if (before != null) {
            before.drop("SUPERSEDED", "this node has opened another stream");
        }
    }

    void ended(ReportStream stream) {
        PresenceNode node = stream.node();
        if (node != null) {
            byNode.remove(node.key(), stream);
        }
    }

    /** A node was taken offline for its silence: should it still live, it has to begin anew. */
    void drop(String nodeKey) {
        ReportStream stream = byNode.get(nodeKey);
        if (stream != null) {
            stream.drop("SILENT", "this node was silent for too long");
        }
    }
}
