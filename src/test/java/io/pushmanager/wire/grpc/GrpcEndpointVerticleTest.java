package io.pushmanager.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ConnectNodeProto;
import io.pushmanager.proto.pubsub.ConnectNodeServiceGrpcService;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.telemetry.Health;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcEndpointVerticleTest {

    private static final String METHOD = "/pubsub.ConnectNodeService/PushMessageBatch";
    private static final PushMessageBatchRequest REQUEST =
            PushMessageBatchRequest.newBuilder().setRoomId("room").build();

    private final Vertx vertx = Vertx.vertx();
    private final Health health = new Health();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private volatile UnaryMethod<PushMessageBatchRequest, PushMessageBatchReply> method =
            (request, call) -> Future.succeededFuture(PushMessageBatchReply.getDefaultInstance());
    private GrpcProbe probe;

    @BeforeEach
    void listen() {
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, new Clocks(System::nanoTime, System::currentTimeMillis), health)
                .service(ConnectNodeProto.getDescriptor().findServiceByName("ConnectNodeService"))
                .unary(ConnectNodeServiceGrpcService.PushMessageBatch, (request, call) -> method.handle(request, call))
                .observedBy((name, code, nanos) -> ended.add(name + " " + code));
        HttpServer server = GrpcProbe.await(endpoint.listen("127.0.0.1", 0, GrpcEndpoint.newFreePortGroup()));
        probe = new GrpcProbe(vertx, server.actualPort());
    }

    @AfterEach
    void close() {
        GrpcProbe.await(vertx.close());
    }

    @Test
    void answersAndIsObserved() {
        Reply reply = probe.call(METHOD, REQUEST);

        assertThat(reply.grpcStatus()).isZero();
        assertThat(reply.messages(PushMessageBatchReply.parser())).hasSize(1);
        assertThat(ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch OK");
    }

    @Test
    void neverOffersCompression() {
        assertThat(probe.call(METHOD, REQUEST).headers().get("grpc-accept-encoding"))
                .isEqualTo("identity");
    }

    @Test
    void tellsEveryDetailOfAnError() throws Exception {
        PushError error = new PushError(
                ErrorCode.RESOURCE_EXHAUSTED,
                "MAILBOX_FULL",
                "100 % full – later",
                List.of(new PushError.FieldViolation("room_id", "busy")),
                1_500L);
        method = (request, call) -> Future.failedFuture(new PushErrorException(error));

        Reply reply = probe.call(METHOD, REQUEST);

        assertThat(reply.grpcStatus()).isEqualTo(8);
        assertThat(reply.headers().getAll("grpc-status")).hasSize(1);
        assertThat(reply.grpcMessage()).isEqualTo("100 %25 full %E2%80%93 later");
        Status status = reply.details();
        assertThat(status.getMessage()).isEqualTo("100 % full – later");
        assertThat(unpack(status, ErrorInfo.class).getReason()).isEqualTo("MAILBOX_FULL");
        assertThat(unpack(status, ErrorInfo.class).getDomain()).isEqualTo("push-manager");
        assertThat(unpack(status, BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo("room_id");
        assertThat(unpack(status, RetryInfo.class).getRetryDelay().getNanos()).isEqualTo(500_000_000);
    }

    @Test
    void saysNothingOfItsInsidesWhenAHandlerFails() {
        method = (request, call) -> {
            throw new IllegalStateException("secret");
        };

        Reply reply = probe.call(METHOD, REQUEST);

        assertThat(reply.grpcStatus()).isEqualTo(13);
        assertThat(reply.grpcMessage()).isEqualTo("internal error");
    }

    @Test
    @Tag("bad-input-2")
    void refusesAMessageOverTheTransportLimitAndKeepsTheConnection() {
        Buffer tooLarge = GrpcProbe.frame(0, new byte[GrpcEndpoint.MAX_MESSAGE_BYTES + 1]);

        Reply reply = probe.call(METHOD, Map.of(), tooLarge);

        assertThat(reply.grpcStatus()).isEqualTo(8);
        assertThat(reply.grpcMessage()).contains("4194304");
        assertThat(probe.call(METHOD, REQUEST).grpcStatus()).isZero();
    }

    @Test
    @Tag("bad-input-3")
    void answersGarbageWithInvalidArgument() {
        Reply reply = probe.call(
                METHOD,
                Map.of(),
                GrpcProbe.frame(0, "\u00ff\u00ff not protobuf".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(reply.grpcStatus()).isEqualTo(3);
        assertThat(reply.grpcMessage()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    @Test
    @Tag("bad-input-3")
    void answersAMissingMessageWithInvalidArgument() {
        assertThat(probe.call(METHOD, Map.of(), Buffer.buffer()).grpcStatus()).isEqualTo(3);
    }

    @Test
    @Tag("bad-input-3")
    void answersASecondMessageOfAUnaryCallWithInvalidArgument() {
        Buffer twice = GrpcProbe.frame(REQUEST).appendBuffer(GrpcProbe.frame(REQUEST));

        assertThat(probe.call(METHOD, Map.of(), twice).grpcStatus()).isEqualTo(3);
    }

    @ParameterizedTest
    @Tag("bad-input-3")
    @ValueSource(strings = {"/pubsub.ConnectNodeService/Nothing", "/no.Such/Method", "/", "/a", "//"})
    void answersAnUnknownMethodWithUnimplemented(String path) {
        Reply reply = probe.call(path, REQUEST);

        assertThat(reply.httpStatus()).isEqualTo(200);
        assertThat(reply.grpcStatus()).isEqualTo(12);
    }

    @Test
    @Tag("bad-input-4")
    void ignoresUnknownFields() {
        Buffer unknown = GrpcProbe.frame(0, new byte[] {(byte) 0xFA, 0x7F, 0x01, 'x'});

        assertThat(probe.call(METHOD, Map.of(), unknown).grpcStatus()).isZero();
    }

    @ParameterizedTest
    @Tag("bad-input-7")
    @ValueSource(strings = {"soon", "5", "S", "-1S", "123456789S", "1s", ""})
    void answersAMalformedTimeoutWithInvalidArgument(String timeout) {
        Reply reply = probe.call(METHOD, Map.of("grpc-timeout", timeout), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(3);
    }

    @Test
    @Tag("bad-input-7")
    void answersATimeoutOfZeroWithDeadlineExceeded() {
        Reply reply = probe.call(METHOD, Map.of("grpc-timeout", "0S"), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(4);
    }

    @ParameterizedTest
    @Tag("bad-input-7")
    @ValueSource(strings = {"50m", "700u", "1n"})
    void answersDeadlineExceededWhenTheTimeIsOver(String timeout) {
        method = (request, call) -> Future.future(never -> {});

        Reply reply = probe.call(METHOD, Map.of("grpc-timeout", timeout), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(4);
        assertThat(ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch DEADLINE_EXCEEDED");
    }

    @Test
    void acceptsTheLongestTimeoutThereIs() {
        Reply reply = probe.call(METHOD, Map.of("grpc-timeout", "99999999H"), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isZero();
    }

    @ParameterizedTest
    @Tag("bad-input-11")
    @ValueSource(strings = {"gzip", "deflate", "snappy"})
    void refusesEveryCompression(String encoding) {
        Reply reply = probe.call(METHOD, Map.of("grpc-encoding", encoding), GrpcProbe.frame(1, new byte[100]));

        assertThat(reply.grpcStatus()).isEqualTo(12);
        assertThat(reply.headers().get("grpc-accept-encoding")).isEqualTo("identity");
    }

    @Test
    @Tag("bad-input-11")
    void answersACompressedFlagWithoutAnEncoding() {
        Reply reply = probe.call(METHOD, Map.of(), GrpcProbe.frame(1, new byte[] {(byte) 0x1F, (byte) 0x8B}));

        assertThat(reply.grpcStatus()).isEqualTo(3);
    }

    @Test
    void answersAnythingButGrpcWith415() {
        assertThat(probe.call(METHOD, Map.of("content-type", "application/json"), Buffer.buffer("{}"))
                        .httpStatus())
                .isEqualTo(415);
    }

    @Test
    void noticesThatTheCallerCancelled() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        method = (request, call) -> {
            call.onGone(() -> gone.complete(null));
            begun.complete(null);
            return Future.future(never -> {});
        };

        probe.open(METHOD, Map.of()).onSuccess(request -> {
            request.end(GrpcProbe.frame(REQUEST));
            begun.thenRun(() -> request.reset(8));
        });

        Awaitility.await().atMost(5, TimeUnit.SECONDS).until(gone::isDone);
        assertThat(ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch CANCELLED");
    }

    @Test
    void reportsHealthOfEachService() {
        assertThat(check("").getStatus()).isEqualTo(ServingStatus.SERVING);

        health.down("membership", "no list yet");

        assertThat(check("").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(check("pubsub.ConnectNodeService").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(probe.call("/grpc.health.v1.Health/Check", service("other")).grpcStatus())
                .isEqualTo(5);
    }

    @Test
    void tellsAWatcherOfEachChangeOnce() {
        List<ServingStatus> seen = new CopyOnWriteArrayList<>();
        probe.open("/grpc.health.v1.Health/Watch", Map.of()).onSuccess(request -> {
            request.response().onSuccess(response -> messages(response, body -> seen.add(status(body))));
            request.end(GrpcProbe.frame(service("pubsub.ConnectNodeService")));
        });
        Awaitility.await().until(() -> seen.equals(List.of(ServingStatus.SERVING)));

        health.down("membership", "gone");
        Awaitility.await().until(() -> seen.size() == 2);
        health.up("membership");

        Awaitility.await()
                .until(() ->
                        seen.equals(List.of(ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void answersSeveralQuestionsOfReflectionOnOneStream(String version) {
        Buffer questions = GrpcProbe.frame(
                        ServerReflectionRequest.newBuilder().setListServices("").build())
                .appendBuffer(GrpcProbe.frame(ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("pubsub.PushMessageBatchRequest")
                        .build()))
                .appendBuffer(GrpcProbe.frame(ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("no.Such")
                        .build()))
                .appendBuffer(GrpcProbe.frame(ServerReflectionRequest.newBuilder()
                        .setFileContainingSymbol("google.rpc.BadRequest")
                        .build()));

        Reply reply = probe.call(
                "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo", Map.of(), questions);

        List<ServerReflectionResponse> answers = reply.messages(ServerReflectionResponse.parser());
        assertThat(reply.grpcStatus()).isZero();
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).getListServicesResponse().getServiceList())
                .extracting("name")
                .contains(
                        "pubsub.ConnectNodeService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection");
        assertThat(answers.get(1).getFileDescriptorResponse().getFileDescriptorProtoCount())
                .isGreaterThan(1);
        assertThat(answers.get(2).getErrorResponse().getErrorCode()).isEqualTo(5);
        assertThat(answers.get(3).getFileDescriptorResponse().getFileDescriptorProtoCount())
                .as("what the details of errors are made of")
                .isPositive();
    }

    private HealthCheckResponse check(String service) {
        return probe.call("/grpc.health.v1.Health/Check", service(service))
                .messages(HealthCheckResponse.parser())
                .get(0);
    }

    private static HealthCheckRequest service(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    private static void messages(HttpClientResponse response, java.util.function.Consumer<Buffer> handler) {
        response.handler(handler::accept);
    }

    private static ServingStatus status(Buffer frame) {
        try {
            return HealthCheckResponse.parseFrom(frame.getBytes(5, frame.length()))
                    .getStatus();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T extends com.google.protobuf.Message> T unpack(Status status, Class<T> type) throws Exception {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                return detail.unpack(type);
            }
        }
        throw new AssertionError("no " + type.getSimpleName());
    }
}
