package io.pushmanager.wire.grpc;

import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ConnectNodeProto;
import io.pushmanager.proto.pubsub.ConnectNodeServiceGrpcService;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An endpoint with one unary method that does what a test says, and a caller of it. */
final class EndpointRig implements AutoCloseable {

    static final String METHOD = "/pubsub.ConnectNodeService/PushMessageBatch";
    static final PushMessageBatchRequest REQUEST =
            PushMessageBatchRequest.newBuilder().setRoomId("room").build();

    final Health health = new Health();
    final List<String> ended = new CopyOnWriteArrayList<>();
    final GrpcProbe probe;
    volatile UnaryMethod<PushMessageBatchRequest, PushMessageBatchReply> method =
            (request, call) -> Future.succeededFuture(PushMessageBatchReply.getDefaultInstance());
    private final Vertx vertx = Vertx.vertx();

    EndpointRig() {
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, new Clocks(System::nanoTime, System::currentTimeMillis), health)
                .service(ConnectNodeProto.getDescriptor().findServiceByName("ConnectNodeService"))
                .unary(ConnectNodeServiceGrpcService.PushMessageBatch, (request, call) -> method.handle(request, call))
                .observedBy((name, code, nanos) -> ended.add(name + " " + code));
        HttpServer server = GrpcProbe.await(endpoint.listen("127.0.0.1", 0, GrpcEndpoint.newFreePortGroup()));
        probe = new GrpcProbe(vertx, server.actualPort());
    }

    @Override
    public void close() {
        GrpcProbe.await(vertx.close());
    }
}
