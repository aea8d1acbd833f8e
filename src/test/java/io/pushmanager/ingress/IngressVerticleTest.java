package io.pushmanager.ingress;

import static io.pushmanager.ingress.IngressFixture.HELLO;
import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.NodeViews;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.proto.protocol.BroadCastReply;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.protocol.PushServerGrpcClient;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.ListNodesRequest;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.Outcome;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class IngressVerticleTest {

    private static final String ROOM = "/pubsub.PushManagerService/PushToRoom";
    private static final PushToRoomRequest TO_ROOM =
            PushToRoomRequest.newBuilder().setRoomId("room").setContent(HELLO).build();

    private final IngressFixture ingress = new IngressFixture(2, 10);
    private final GrpcProbe probe = ingress.probe();

    @AfterEach
    void close() {
        ingress.close();
    }

    @Test
    void handsAPushToFanOutAndItsResultBack() {
        DeliveryCounts counts = new DeliveryCounts(2, 2, 0, 0, 0, 0, 0);
        ingress.fanOut = message -> Future.succeededFuture(new PushResult(
                message.messageId(), 1, 0, counts, List.of(NodeReport.reported("node-1", counts)), true));
        PushManagerServiceGrpcClient client = PushManagerServiceGrpcClient.create(
                GrpcClient.client(ingress.vertx), SocketAddress.inetSocketAddress(ingress.port.get(), "127.0.0.1"));

        PushReply reply = await(client.pushToRoom(TO_ROOM));

        PushMessage message = ingress.pushed.get(0);
        assertThat(message.target()).isEqualTo(Target.room("room"));
        assertThat(message.api()).isEqualTo(Api.PUSH_TO_ROOM);
        assertThat(reply.getMessageId()).isEqualTo(message.messageId());
        assertThat(reply.getNodesTargeted()).isEqualTo(1);
        assertThat(reply.getNodesAccepted()).isEqualTo(1);
        assertThat(reply.getMembershipStale()).isTrue();
        assertThat(reply.getDelivery().getWritten()).isEqualTo(2);
        assertThat(reply.getNodes(0).getOutcome()).isEqualTo(Outcome.OUTCOME_REPORTED);
        assertThat(ingress.requests("PushToRoom", "OK")).isEqualTo(1);
    }

    @Test
    @Tag("bad-input-6")
    void answersOkWhenNobodyIsThere() {
        PushToUserRequest request = PushToUserRequest.newBuilder()
                .setUserId("offline")
                .setContent(HELLO)
                .build();

        Reply reply = probe.call("/pubsub.PushManagerService/PushToUser", request);

        assertThat(reply.grpcStatus()).isZero();
        assertThat(reply.messages(PushReply.parser()).get(0).getNodesTargeted()).isZero();
    }

    @Test
    void takesTheCompactForm() {
        PushServerGrpcClient client = PushServerGrpcClient.create(
                GrpcClient.client(ingress.vertx), SocketAddress.inetSocketAddress(ingress.port.get(), "127.0.0.1"));
        Proto proto = Proto.newBuilder()
                .setUserid("u")
                .setBody(ByteString.copyFromUtf8("x"))
                .build();

        BroadCastReply reply =
                await(client.broadcast(BroadCastReq.newBuilder().setProto(proto).build()));

        assertThat(reply.getCode()).isEqualTo("0");
        assertThat(ingress.pushed.get(0).target()).isEqualTo(Target.user("u"));
        assertThat(ingress.pushed.get(0).api()).isEqualTo(Api.BROADCAST);
    }

    @Test
    @Tag("bad-input-1")
    void tellsGrpcJavaWhichFieldsAreWrong() throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", ingress.port.get())
                .usePlaintext()
                .build();
        MethodDescriptor<PushToRoomRequest, PushReply> method =
                MethodDescriptor.<PushToRoomRequest, PushReply>newBuilder()
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(ROOM.substring(1))
                        .setRequestMarshaller(ProtoUtils.marshaller(PushToRoomRequest.getDefaultInstance()))
                        .setResponseMarshaller(ProtoUtils.marshaller(PushReply.getDefaultInstance()))
                        .build();
        try {
            assertThat(ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, TO_ROOM)
                            .getMessageId())
                    .isNotEmpty();

            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                            channel, method, CallOptions.DEFAULT, PushToRoomRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
                        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
                        assertThat(failure.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
                        assertThat(status).isNotNull();
                        assertThat(status.getDetailsList())
                                .filteredOn(detail -> detail.is(BadRequest.class))
                                .hasSize(1);
                    });
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    @Test
    @Tag("bad-input-2")
    void namesTheContentLimitAndKeepsTheConnection() {
        Content large = HELLO.toBuilder()
                .setBinary(ByteString.copyFrom(new byte[300_000]))
                .build();

        Reply reply = probe.call(ROOM, TO_ROOM.toBuilder().setContent(large).build());

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).contains("262144");
        assertThat(probe.call(ROOM, TO_ROOM).grpcStatus()).isZero();
    }

    @Test
    @Tag("bad-input-9")
    void passesOnWhyFanOutRefused() {
        ingress.fanOut = message -> Future.succeededFuture(
                PushError.of(ErrorCode.ALREADY_EXISTS, "MESSAGE_ID_REUSED", "used before with another body"));

        Reply reply = probe.call(ROOM, TO_ROOM);

        assertThat(reply.grpcStatus()).isEqualTo(6);
        assertThat(ingress.requests("PushToRoom", "ALREADY_EXISTS")).isEqualTo(1);
    }

    @Test
    void givesFanOutTheCallersDeadlineAndTrace() {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        long before = System.nanoTime();

        probe.call(ROOM, Map.of("grpc-timeout", "2S", "traceparent", trace), GrpcProbe.frame(TO_ROOM));

        PushMessage message = ingress.pushed.get(0);
        assertThat(message.deadlineNanos() - before)
                .isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(12));
        assertThat(message.traceparent()).isEqualTo(trace);
    }

    @Test
    @Tag("bad-input-7")
    void neverAnswersAfterTheDeadline() {
        ingress.fanOut = message -> Future.future(never -> {});

        Reply reply = probe.call(ROOM, Map.of("grpc-timeout", "60m"), GrpcProbe.frame(TO_ROOM));

        assertThat(reply.grpcStatus()).isEqualTo(4);
        assertThat(ingress.requests("PushToRoom", "DEADLINE_EXCEEDED")).isEqualTo(1);
    }

    @Test
    void refusesMorePushesThanMayBeUnderWay() {
        Promise<Void> release = Promise.promise();
        ingress.fanOut = message -> release.future().compose(go -> IngressFixture.NOBODY.apply(message));
        List<Future<Integer>> held = List.of(send(), send());
        Awaitility.await().until(() -> ingress.pushed.size() == 2);

        Reply reply = probe.call(ROOM, TO_ROOM);

        assertThat(reply.grpcStatus()).isEqualTo(8);
        assertThat(reply.details().getDetailsList())
                .anyMatch(detail -> detail.getTypeUrl().endsWith("google.rpc.RetryInfo"));
        release.complete();
        assertThat(held).allSatisfy(each -> assertThat(await(each)).isZero());
        assertThat(ingress.gate.inFlight()).isZero();
    }

    @Test
    void answersWhatItAcceptedBeforeItStops() {
        Promise<PushAnswer> answer = Promise.promise();
        ingress.fanOut = message -> answer.future();
        Future<Integer> accepted = send();
        Awaitility.await().until(() -> ingress.pushed.size() == 1);

        Future<Void> stopped = ingress.vertx.undeploy(ingress.deployment);
        Awaitility.await().until(ingress.gate::isDraining);
        Reply refused = probe.call(ROOM, TO_ROOM);
        assertThat(stopped.isComplete()).isFalse();
        answer.complete(new PushResult("m", 0, 0, null, List.of(), false));

        assertThat(await(accepted)).isZero();
        assertThat(refused.grpcStatus()).isEqualTo(14);
        assertThat(refused.details().toString()).contains("DRAINING");
        await(stopped);
    }

    @Test
    void answersUnavailableWithoutAFanOut() {
        IngressConfig config = IngressFixture.config(java.util.Map.of());
        io.vertx.core.Vertx alone = io.vertx.core.Vertx.vertx();
        java.util.concurrent.atomic.AtomicInteger port = new java.util.concurrent.atomic.AtomicInteger();
        await(alone.deployVerticle(new IngressVerticle(
                config,
                new IngressGate(config, ingress.clocks, ingress.meters, ingress.strain),
                io.pushmanager.bus.Bus.of(alone),
                ingress.clocks,
                ingress.meters,
                new io.pushmanager.telemetry.Health(),
                io.pushmanager.telemetry.Tracing.off(),
                port::set)));

        assertThat(new GrpcProbe(alone, port.get()).call(ROOM, TO_ROOM).grpcStatus())
                .isEqualTo(14);
        await(alone.close());
    }

    @Test
    void listsTheNodesThatTheSupervisorKnows() {
        NodeInfo node = new NodeInfo("n", "h:1", "i", false, "ws://h", "1.0", Set.of("link.v1"), 7);
        ingress.bus.answer(
                Addresses.NODE_VIEWS,
                query -> Future.succeededFuture(
                        new NodeViews(true, List.of(new NodeViews.View(node, true, true, 3, 4)))));

        ingress.health.notice("memory", "short");
        Reply reply = probe.call("/pubsub.PushManagerService/ListNodes", ListNodesRequest.getDefaultInstance());

        ListNodesReply nodes = reply.messages(ListNodesReply.parser()).get(0);
        assertThat(nodes.getManagerId()).isEqualTo("manager");
        assertThat(nodes.getNoticesList()).containsExactly("memory: short");
        assertThat(nodes.getMembershipStale()).isTrue();
        assertThat(nodes.getNodes(0).getState()).isEqualTo(NodeState.NODE_STATE_SUSPECT);
        assertThat(nodes.getNodes(0).getMailboxDepth()).isEqualTo(3);
    }

    private Future<Integer> send() {
        return ingress.vertx.executeBlocking(() -> probe.call(ROOM, TO_ROOM).grpcStatus(), false);
    }
}
