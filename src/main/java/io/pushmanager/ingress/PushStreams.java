package io.pushmanager.ingress;

import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open PushStreams of one verticle. <b>Thread:</b> its event loop. */
final class PushStreams {

    private final PushStream.Surroundings surroundings;
    private final long idleNanos;
    private final Set<PushStream> open = new HashSet<>();
    private final Promise<Void> allEnded = Promise.promise();
    private boolean draining;

    PushStreams(PushStream.Surroundings surroundings, Duration idleTimeout) {
        this.surroundings = surroundings;
        this.idleNanos = idleTimeout.toNanos();
    }

    /** Ends the streams that have been silent for too long. Call it several times in that time. */
    void sweep() {
        long nowNanos = surroundings.clocks().nanoTime();
        List.copyOf(open).forEach(stream -> stream.endIfSilent(nowNanos, idleNanos));
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.stream(PushManagerServiceGrpcService.PushStream, this::opened);
    }

    private void opened(GrpcCall<PushRequest, PushReply> call) {
        if (draining) {
            call.fail(IngressGate.drainingError());
            return;
        }
        PushStream stream = new PushStream(call, surroundings, this::ended);
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
