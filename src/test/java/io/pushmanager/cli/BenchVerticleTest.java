package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code bench} against a manager and a node that do what a test says. */
@Timeout(60)
class BenchVerticleTest {

    private static final String UPGRADE = "upgrade";

    private final CapturedCli cli = new CapturedCli();
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, List<ServerWebSocket>> rooms = new ConcurrentHashMap<>();
    private volatile boolean losesOne;
    private volatile GrpcStatus refusal = GrpcStatus.OK;
    private int port;

    @BeforeEach
    void startServer() throws Exception {
        GrpcServer manager = GrpcServer.server(vertx);
        manager.callHandler(PushManagerServiceGrpcService.PushStream, call -> call.handler(request -> {
                    deliver(request.getRoom());
                    call.response()
                            .write(PushReply.newBuilder()
                                    .setCorrelationId(request.getCorrelationId())
                                    .build());
                })
                .endHandler(end -> call.response().end()));
        manager.callHandler(
                PushManagerServiceGrpcService.PushToRoom,
                call -> call.handler(request -> {
                    if (refusal != GrpcStatus.OK) {
                        call.response().status(refusal).end();
                    } else {
                        deliver(request);
                        call.response().end(PushReply.getDefaultInstance());
                    }
                }));
        manager.callHandler(
                PushManagerServiceGrpcService.ListNodes,
                call -> call.handler(request -> call.response()
                        .end(ListNodesReply.newBuilder()
                                .addNodes(NodeView.newBuilder()
                                        .setState(NodeState.NODE_STATE_SERVING)
                                        .setPublicUrl("ws://localhost:" + port + "/ws"))
                                .build())));
        port = vertx.createHttpServer()
                .webSocketHandler(this::welcome)
                .requestHandler(request -> {
                    if (request.headers().contains(UPGRADE, "websocket", true)) {
                        request.toWebSocket();
                    } else {
                        manager.handle(request);
                    }
                })
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .actualPort();
    }

    @AfterEach
    void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void welcome(ServerWebSocket socket) {
        String room = socket.query().replaceAll(".*room_id=", "");
        rooms.computeIfAbsent(room, absent -> new CopyOnWriteArrayList<>()).add(socket);
        socket.writeTextMessage("{\"type\":\"welcome\",\"session_id\":\"s\"}");
    }

    private void deliver(PushToRoomRequest push) {
        String frame = new JsonObject()
                .put("type", "push")
                .put("content", new JsonObject().put("data", push.getContent().getData()))
                .encode();
        for (ServerWebSocket socket : rooms.getOrDefault(push.getRoomId(), List.of())) {
            if (losesOne) {
                losesOne = false;
            } else {
                socket.writeTextMessage(frame);
            }
        }
    }

    private JsonObject bench(int exitCode, String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench", "--address", "localhost:" + port, "--json"));
        all.addAll(List.of("--connections", "6", "--rooms", "3", "--rate", "30", "--seconds", "1", "--warm-up", "0"));
        all.addAll(List.of(arguments));
        assertThat(cli.run(all.toArray(String[]::new))).as(cli.err()).isEqualTo(exitCode);
        return cli.out().isEmpty() ? new JsonObject() : new JsonObject(cli.out());
    }

    @Test
    void everyDeliveryToTheNodesThatTheManagerKnowsIsCounted() {
        JsonObject result = bench(ExitCode.OK);

        assertThat(result.getJsonObject("pushes").getInteger("accepted")).isEqualTo(30);
        assertThat(result.getJsonObject("deliveries"))
                .isEqualTo(new JsonObject()
                        .put("expected", 60)
                        .put("received", 60)
                        .put("lost", 0)
                        .put("duplicates", 0)
                        .put("per_second", 60.0));
        assertThat(result.getJsonObject("latency_ms").getInteger("count")).isEqualTo(60);
        assertThat(rooms).hasSize(3).allSatisfy((room, members) -> assertThat(members)
                .hasSize(2));
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void lostDeliveryEndsWith5() {
        losesOne = true;

        JsonObject result = bench(ExitCode.PARTLY_DELIVERED, "--nodes", "localhost:" + port);

        assertThat(result.getJsonObject("deliveries").getInteger("lost")).isEqualTo(1);
        assertThat(result.getJsonObject("deliveries").getInteger("received")).isEqualTo(59);
    }

    @Test
    void refusedPushesAreNoLostDeliveries() {
        refusal = GrpcStatus.RESOURCE_EXHAUSTED;

        JsonObject result = bench(ExitCode.PARTLY_DELIVERED, "--api", "unary");

        assertThat(result.getJsonObject("pushes").getJsonObject("failures"))
                .isEqualTo(new JsonObject().put("RESOURCE_EXHAUSTED", 30));
        assertThat(result.getJsonObject("deliveries").getInteger("lost")).isZero();
    }

    @Test
    void textSaysWhatArrivedAndHowLatencyIsMeant() {
        int code = cli.run(
                ("bench --address localhost:" + port + " --connections 2 --rate 20 --seconds 1 --warm-up 0 --api UNARY")
                        .split(" "));

        assertThat(code).isZero();
        assertThat(cli.out())
                .contains("pushes      20 accepted, 0 failed, 0 without an answer")
                .contains("deliveries  40 of 40")
                .contains("p99.9", "from the time each push was meant to be sent");
    }

    @Test
    void nobodyThereEndsWith3() throws IOException {
        int closed;
        try (ServerSocket free = new ServerSocket(0)) {
            closed = free.getLocalPort();
        }

        bench(ExitCode.UNREACHABLE, "--nodes", "localhost:" + closed);

        assertThat(cli.err()).contains("no Connect-Node answers at ws://localhost:" + closed + "/ws", "refused");
        assertThat(cli.run("bench", "--address", "localhost:" + closed)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err()).contains("No Push-Manager answers at localhost:" + closed);
    }
}
