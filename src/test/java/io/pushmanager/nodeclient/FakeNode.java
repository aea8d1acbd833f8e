package io.pushmanager.nodeclient;

import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.proto.protocol.BroadCastReply;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.protocol.PushServerGrpcService;
import io.pushmanager.proto.pubsub.ConnectNodeServiceGrpcService;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerRequest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A Connect-Node that does what a test says: a real gRPC server on a free port. */
final class FakeNode {

    /** One PushMessageBatch that has arrived. */
    record Push(
            PushMessageBatchRequest request, GrpcServerRequest<PushMessageBatchRequest, PushMessageBatchReply> call) {

        void report(long matched) {
            call.response()
                    .end(PushMessageBatchReply.newBuilder()
                            .setDelivery(
                                    Delivery.newBuilder().setMatched(matched).setWritten(matched))
                            .build());
        }

        void fail(GrpcStatus status, String message) {
            call.response().status(status).statusMessage(message).end();
        }
    }

    final List<Push> pushes = new CopyOnWriteArrayList<>();
    final List<Proto> broadcasts = new CopyOnWriteArrayList<>();
    final List<MultiMap> healthChecks = new CopyOnWriteArrayList<>();
    final List<HttpConnection> connections = new CopyOnWriteArrayList<>();
    final AtomicInteger openConnections = new AtomicInteger();
    final AtomicInteger mostOpenConnections = new AtomicInteger();

    /** Sees each HTTP/2 request first; true when it has dealt with it. */
    volatile Predicate<HttpServerRequest> before = request -> false;

    volatile Consumer<Push> onPush = push -> push.report(1);
    volatile boolean answersHealth = true;

    /** Without one the node knows no link. */
    volatile Consumer<GrpcServerRequest<ManagerFrame, NodeFrame>> onLink =
            call -> call.response().status(GrpcStatus.UNIMPLEMENTED).end();

    private final HttpServer server;
    private final String instanceId;
    private volatile int port;

    private FakeNode(Vertx vertx, String instanceId, boolean knowsBatch, int port) {
        this.instanceId = instanceId;
        GrpcServer grpc = GrpcServer.server(vertx);
        if (knowsBatch) {
            grpc.callHandler(
                    ConnectNodeServiceGrpcService.PushMessageBatch,
                    call -> call.handler(request -> {
                        Push push = new Push(request, call);
                        pushes.add(push);
                        onPush.accept(push);
                    }));
        }
        grpc.callHandler(ConnectNodeServiceGrpcService.Link, call -> onLink.accept(call));
        grpc.callHandler(
                PushServerGrpcService.Broadcast,
                call -> call.handler(request -> {
                    broadcasts.add(request.getProto());
                    call.response().end(BroadCastReply.newBuilder().setCode("0").build());
                }));
        server = vertx.createHttpServer(new HttpServerOptions().setPort(port).setHost("127.0.0.1"))
                .connectionHandler(connection -> {
                    connections.add(connection);
                    mostOpenConnections.accumulateAndGet(openConnections.incrementAndGet(), Math::max);
                    connection.closeHandler(end -> openConnections.decrementAndGet());
                })
                .requestHandler(request -> {
                    if (before.test(request)) {
                        return;
                    }
                    if (request.path().equals(NodeMethods.HEALTH_CHECK)) {
                        healthChecks.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
                        if (!answersHealth) {
                            return;
                        }
                    }
                    grpc.handle(request); // knows no health service: UNIMPLEMENTED, which counts as connected
                });
    }

    static FakeNode start(Vertx vertx) {
        return start(vertx, "instance-1", true, 0);
    }

    static FakeNode start(Vertx vertx, String instanceId, boolean knowsBatch, int port) {
        FakeNode node = new FakeNode(vertx, instanceId, knowsBatch, port);
        try {
            node.server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        node.port = node.server.actualPort();
        return node;
    }

    /** Without waiting. */
    Future<Void> close() {
        return server.close();
    }

    void stop() {
        try {
            close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    NodeInfo info(String nodeId) {
        return info(nodeId, instanceId, port, false);
    }

    int port() {
        return port;
    }

    static NodeInfo info(String nodeId, String instanceId, int port, boolean draining) {
        return new NodeInfo(nodeId, "127.0.0.1:" + port, instanceId, draining, "", "", Set.of(), 0);
    }
}
