package io.pushmanager.controller;

import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The streams of the nodes. A node that reaches this Controller by two addresses has two; only one of them tells of users.
 *
 * <p><b>Bound:</b> one that is silent for the node time-out is ended. <b>Thread:</b> the Controller's event loop.
 */
final class ReportStreams {

    private final ControllerConfig config;
    private final PresenceStore store;
    private final ControllerMeters meters;
    private final Clocks clocks;
    private final Set<ReportStream> open = new HashSet<>();

    ReportStreams(ControllerConfig config, PresenceStore store, ControllerMeters meters, Clocks clocks) {
        this.config = config;
        this.store = store;
        this.meters = meters;
        this.clocks = clocks;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.stream(ControllerServiceGrpcService.Report, this::opened);
    }

    private void opened(GrpcCall<PresenceFrame, PresenceReply> call) {
        ReportStream stream = new ReportStream(call, this, config, store, meters, clocks);
        open.add(stream);
        stream.begin();
    }

    void ended(ReportStream stream) {
        open.remove(stream);
    }

    /** A node was taken offline for its silence: should it still live, it has to begin anew. */
    void drop(String nodeKey) {
        for (ReportStream stream : List.copyOf(open)) {
            PresenceNode node = stream.node();
            if (node != null && node.key().equals(nodeKey)) {
                stream.drop("SILENT", "this node was silent for too long");
            }
        }
    }

    /** Ends streams whose other end may long be gone. */
    void dropSilent() {
        long now = clocks.nanoTime();
        for (ReportStream stream : List.copyOf(open)) {
            if (now - stream.heardNanos() >= config.nodeTimeout().toNanos()) {
                stream.drop("SILENT", "this stream was silent for too long");
            }
        }
    }
}
