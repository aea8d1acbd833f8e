package io.pushmanager.ingress;

import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open PushStreams of one verticle. <b>Thread:</b> its event loop. */
final class PushStreams {

    private final PushRequests requests;
    private final PushDispatcher dispatcher;
    private final Clocks clocks;
    private final Meters meters;
    private final int window;
    private final Set<PushStream> open = new HashSet<>();
    private final Promise<Void> allEnded = Promise.promise();
    private boolean draining;

    PushStreams(PushRequests requests, PushDispatcher dispatcher, Clocks clocks, Meters meters, int window) {
        this.requests = requests;
        this.dispatcher = dispatcher;
        this.clocks = clocks;
        this.meters = meters;
        this.window = window;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.stream(PushManagerServiceGrpcService.PushStream, this::opened);
    }

    private void opened(GrpcCall<PushRequest, PushReply> call) {
        if (draining) {
            call.fail(IngressGate.drainingError());
            return;
        }
        PushStream stream = new PushStream(call, requests, dispatcher, clocks, meters, window, this::ended);
        open.add(stream);
        stream.begin();
    }

    private void ended(PushStream stream) {
        open.remove(stream);
        completeWhenEmpty();
    }

    /** Reads no more; each stream ends once what it had read is answered. */
    Future<Void> drain() {
        draining = true;
        List.copyOf(open).forEach(PushStream::drain);
        completeWhenEmpty();
        return allEnded.future();
    }

    private void completeWhenEmpty() {
        if (draining && open.isEmpty()) {
            allEnded.tryComplete();
        }
    }
}
