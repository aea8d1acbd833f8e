package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Status;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.NodeReport;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.NodeView;
import io.pushmanager.proto.pubsub.Outcome;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code push} and {@code nodes} against a server that answers what a test says. */
@Timeout(30)
class ManagerCommandsVerticleTest {

    private final CapturedCli cli = new CapturedCli();
    private final List<Object> requests = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private PushReply reply = PushReply.newBuilder()
            .setMessageId("m1")
            .setNodesTargeted(1)
            .setNodesAccepted(1)
            .addNodes(report("n1", Outcome.OUTCOME_ACCEPTED))
            .build();
    private Consumer<GrpcServerResponse<?, PushReply>> answer = response -> response.end(reply);
    private String address = "";

    @BeforeEach
    void startServer() throws Exception {
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
                .get()
                .actualPort();
        address = "localhost:" + port;
    }

    @AfterEach
    void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static NodeReport report(String node, Outcome outcome) {
        return NodeReport.newBuilder().setNodeId(node).setOutcome(outcome).build();
    }

    private int push(String... arguments) {
        List<String> all = new ArrayList<>(List.of("push", "--address", address));
        all.addAll(List.of(arguments));
        return cli.run(all.toArray(String[]::new));
    }

    @Test
    void pushToARoomSaysHowManyNodesTookIt() {
        assertThat(push("--room", "room-001", "--exclude", "u1", "--exclude", "u2", "--message-id", "m1", "Hällo"))
                .isZero();

        PushToRoomRequest request = (PushToRoomRequest) requests.get(0);
        assertThat(request.getRoomId()).isEqualTo("room-001");
        assertThat(request.getContent().getType()).isEqualTo("TEXT");
        assertThat(request.getContent().getData()).isEqualTo("Hällo");
        assertThat(request.getExcludeUserIdsList()).containsExactly("u1", "u2");
        assertThat(request.getOptions().getMessageId()).isEqualTo("m1");
        assertThat(cli.out()).isEqualTo("1 of 1 node took it (message m1)\n");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void pushToAUserReadsTheBodyFromStandardInput() {
        cli.in = "piped\n".getBytes(StandardCharsets.UTF_8);

        assertThat(push("--user", "u1", "--type", "NOTE")).isZero();

        PushToUserRequest request = (PushToUserRequest) requests.get(0);
        assertThat(request.getUserId()).isEqualTo("u1");
        assertThat(request.getContent().getType()).isEqualTo("NOTE");
        assertThat(request.getContent().getData()).isEqualTo("piped");
    }

    @Test
    void bytesThatAreNotTextGoAsBinary() {
        cli.in = new byte[] {(byte) 0xff, 0, '\n'};

        assertThat(push("--all", "-")).isZero();

        BroadcastMessageRequest request = (BroadcastMessageRequest) requests.get(0);
        assertThat(request.getContent().getBinary().toByteArray()).containsExactly(0xff, 0, '\n');
        assertThat(request.getContent().getData()).isEmpty();
    }

    @Test
    void noNodeIsWarnedAbout() {
        reply = PushReply.newBuilder().setMessageId("m1").build();

        assertThat(push("--all", "hi")).isZero();
        assertThat(cli.out()).startsWith("0 of 0 nodes took it");
        assertThat(cli.err()).contains("Warning: the manager knows no Connect-Node");
    }

    @Test
    void someNodesFailedIsPartlyDelivered() {
        reply = PushReply.newBuilder()
                .setNodesTargeted(2)
                .setNodesAccepted(1)
                .setNodesFailed(1)
                .addNodes(report("n1", Outcome.OUTCOME_ACCEPTED))
                .addNodes(
                        report("n2", Outcome.OUTCOME_REJECTED_FULL).toBuilder().setReason("1000 messages wait"))
                .build();

        assertThat(push("--all", "hi")).isEqualTo(5);
        assertThat(cli.out()).contains("1 of 2 nodes took it").contains("  n2: rejected full: 1000 messages wait");
    }

    @Test
    void waitingPrintsTheCountsOfEveryNode() {
        Delivery delivery = Delivery.newBuilder().setMatched(3).setWritten(3).build();
        reply = PushReply.newBuilder()
                .setNodesTargeted(1)
                .setNodesAccepted(1)
                .setDelivery(delivery)
                .addNodes(report("n1", Outcome.OUTCOME_REPORTED).toBuilder().setDelivery(delivery))
                .build();

        assertThat(push("--room", "r", "--wait", "hi")).isZero();
        assertThat(((PushToRoomRequest) requests.get(0)).getOptions().getAck()).isEqualTo(Ack.ACK_DELIVERED);
        assertThat(cli.out())
                .contains("1 of 1 node took it; 3 of 3 connections got it")
                .contains("  n1: reported, 3 of 3 connections got it");
    }

    @Test
    void waitingForANodeThatDoesNotReportIsPartlyDelivered() {
        reply = PushReply.newBuilder()
                .setNodesTargeted(1)
                .setNodesAccepted(1)
                .setDelivery(Delivery.getDefaultInstance())
                .addNodes(report("n1", Outcome.OUTCOME_TIMED_OUT))
                .build();

        assertThat(push("--room", "r", "--wait", "hi")).isEqualTo(5);
        assertThat(cli.out()).contains("n1: timed out");
    }

    @Test
    void jsonHasTheNamesOfTheProto() {
        assertThat(push("--all", "--json", "hi")).isZero();

        JsonObject json = new JsonObject(cli.out());
        assertThat(json.getString("message_id")).isEqualTo("m1");
        assertThat(json.getInteger("nodes_accepted")).isEqualTo(1);
        assertThat(json.containsKey("delivery")).isFalse();
        assertThat(json.getJsonArray("nodes").getJsonObject(0).getString("outcome"))
                .isEqualTo("OUTCOME_ACCEPTED");
    }

    @Test
    void errorNamesTheFieldsOfItsDetails() {
        Status details = Status.newBuilder()
                .setCode(3)
                .addDetails(Any.pack(BadRequest.newBuilder()
                        .addFieldViolations(FieldViolation.newBuilder()
                                .setField("room_id")
                                .setDescription("must not be empty\u001b[2J"))
                        .build()))
                .build();
        answer = response -> {
            response.trailers()
                    .set(
                            "grpc-status-details-bin",
                            Base64.getEncoder().withoutPadding().encodeToString(details.toByteArray()));
            response.status(GrpcStatus.INVALID_ARGUMENT)
                    .statusMessage("bad push: 100 % + 1")
                    .end();
        };

        assertThat(push("--room", "", "hi")).isEqualTo(2);
        assertThat(cli.err())
                .isEqualTo("INVALID_ARGUMENT: bad push: 100 % + 1\n  room_id: must not be empty\\u001b[2J\n");
    }

    @Test
    void deniedIsExitCode4AndUnavailableIs1() {
        answer = response -> response.status(GrpcStatus.PERMISSION_DENIED).end();
        assertThat(push("--all", "hi")).isEqualTo(4);

        answer = response -> response.status(GrpcStatus.UNAVAILABLE).end();
        assertThat(push("--all", "hi")).isEqualTo(1);
    }

    @Test
    @Tag("bad-input-24")
    void unreachableServerIsExitCode3() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        address = "localhost:" + free;

        assertThat(push("--all", "hi")).isEqualTo(3);
        assertThat(cli.err()).isEqualTo("No Push-Manager answers at " + address + ": connection refused\n");
    }

    @Test
    @Tag("bad-input-24")
    void serverThatNeverAnswersIsExitCode3WithinTheTimeOut() throws Exception {
        NetServer silent = vertx.createNetServer().connectHandler(socket -> {});
        address = "localhost:"
                + silent.listen(0, "localhost")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get()
                        .actualPort();

        assertThat(push("--all", "hi")).isEqualTo(3);
        assertThat(cli.err()).contains("timed out");
    }

    @Test
    @Tag("bad-input-24")
    void exactlyOneTargetIsNeeded() {
        assertThat(push("hi")).isEqualTo(2);
        assertThat(push("--room", "r", "--user", "u", "hi")).isEqualTo(2);
        assertThat(push("--user", "u", "--exclude", "v", "hi")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void missingBodyOnATerminalIsAUsageError() {
        cli.inIsTerminal = true;

        assertThat(push("--all")).isEqualTo(2);
        assertThat(cli.err()).contains("Missing message");
    }

    @Test
    @Tag("bad-input-24")
    void bodyOverTheLimitIsAUsageErrorThatNamesIt() {
        cli.in = new byte[256 * 1024 + 1];

        assertThat(push("--all")).isEqualTo(2);
        assertThat(cli.err()).contains("262144 bytes");
    }

    @Test
    @Tag("bad-input-24")
    void closedStandardOutputIsQuiet() {
        PrintStream closed = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThat(cli.run(closed, "push", "--address", address, "--all", "hi")).isZero();
        assertThat(cli.err()).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void nodesAreATableWithoutControlCharacters() {
        assertThat(cli.run("nodes", "--address", address)).isZero();

        assertThat(cli.out())
                .startsWith("NODE")
                .contains("node-1\\u001b[2J")
                .contains("10.0.0.7:50052  draining  yes        7")
                .doesNotContain("\u001b");
    }

    @Test
    void nodesAsJson() {
        assertThat(cli.run("nodes", "--json", "--address", address)).isZero();

        JsonObject node = new JsonObject(cli.out()).getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getString("node_id")).isEqualTo("node-1\u001b[2J");
        assertThat(node.getString("state")).isEqualTo("NODE_STATE_DRAINING");
        assertThat(node.getInteger("mailbox_depth")).isEqualTo(7);
    }
}
