package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.NodeReport;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.Outcome;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The command line, and a manager that answers what a test says. */
final class AnsweringManager implements AutoCloseable {

    final CapturedCli cli = new CapturedCli();
    final List<Object> requests = new ArrayList<>();
    final Vertx vertx = Vertx.vertx();
    PushReply reply = PushReply.newBuilder()
            .setMessageId("m1")
            .setNodesTargeted(1)
            .setNodesAccepted(1)
            .addNodes(report("n1", Outcome.OUTCOME_ACCEPTED))
            .build();
    Consumer<GrpcServerResponse<?, PushReply>> answer = response -> response.end(reply);
    String address;

    AnsweringManager() {
        GrpcServer server = GrpcServer.server(vertx);
        server.callHandler(
                PushManagerServiceGrpcService.PushToRoom,
                call -> call.handler(request -> {
                    requests.add(request);
                    answer.accept(call.response());
                }));
        server.callHandler(
                PushManagerServiceGrpcService.PushToUser,
                call -> call.handler(request -> {
                    requests.add(request);
                    answer.accept(call.response());
                }));
        server.callHandler(
                PushManagerServiceGrpcService.BroadcastMessage,
                call -> call.handler(request -> {
                    requests.add(request);
                    answer.accept(call.response());
                }));
        server.callHandler(
                PushManagerServiceGrpcService.ListNodes,
                call -> call.handler(request -> call.response()
                        .end(ListNodesReply.newBuilder()
                                .setManagerId("manager")
                                .addNodes(NodeView.newBuilder()
                                        .setNodeId("node-1\u001b[2J")
                                        .setAddress("10.0.0.7:50052")
                                        .setState(NodeState.NODE_STATE_DRAINING)
                                        .setConnected(true)
                                        .setMailboxDepth(7))
                                .build())));
        int port = vertx.createHttpServer()
                .requestHandler(server)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        address = "localhost:" + port;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    static NodeReport report(String node, Outcome outcome) {
        return NodeReport.newBuilder().setNodeId(node).setOutcome(outcome).build();
    }

    int push(String... arguments) {
        List<String> all = new ArrayList<>(List.of("push", "--address", address));
        all.addAll(List.of(arguments));
        return cli.run(all.toArray(String[]::new));
    }
}
