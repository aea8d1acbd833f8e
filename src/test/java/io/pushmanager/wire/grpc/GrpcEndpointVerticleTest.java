package io.pushmanager.wire.grpc;

import static io.pushmanager.wire.grpc.EndpointRig.METHOD;
import static io.pushmanager.wire.grpc.EndpointRig.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unary calls: their answers, errors, deadlines and ends. */
class GrpcEndpointVerticleTest {

    private final EndpointRig rig = new EndpointRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void answersAndIsObserved() {
        Reply reply = rig.probe.call(METHOD, REQUEST);

        assertThat(reply.grpcStatus()).isZero();
        assertThat(reply.messages(PushMessageBatchReply.parser())).hasSize(1);
        assertThat(rig.ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch OK");
    }

    @Test
    void neverOffersCompression() {
        assertThat(rig.probe.call(METHOD, REQUEST).headers().get("grpc-accept-encoding"))
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
        rig.method = (request, call) -> Future.failedFuture(new PushErrorException(error));

        Reply reply = rig.probe.call(METHOD, REQUEST);

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
        rig.method = (request, call) -> {
            throw new IllegalStateException("secret");
        };

        Reply reply = rig.probe.call(METHOD, REQUEST);

        assertThat(reply.grpcStatus()).isEqualTo(13);
        assertThat(reply.grpcMessage()).isEqualTo("internal error");
    }

    @Test
    @Tag("bad-input-7")
    void answersATimeoutOfZeroWithDeadlineExceeded() {
        Reply reply = rig.probe.call(METHOD, Map.of("grpc-timeout", "0S"), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(4);
    }

    @ParameterizedTest
    @Tag("bad-input-7")
    @ValueSource(strings = {"50m", "700u", "1n"})
    void answersDeadlineExceededWhenTheTimeIsOver(String timeout) {
        rig.method = (request, call) -> Future.future(never -> {});

        Reply reply = rig.probe.call(METHOD, Map.of("grpc-timeout", timeout), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isEqualTo(4);
        assertThat(rig.ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch DEADLINE_EXCEEDED");
    }

    @Test
    void acceptsTheLongestTimeoutThereIs() {
        Reply reply = rig.probe.call(METHOD, Map.of("grpc-timeout", "99999999H"), GrpcProbe.frame(REQUEST));

        assertThat(reply.grpcStatus()).isZero();
    }

    @Test
    void noticesThatTheCallerCancelled() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        rig.method = (request, call) -> {
            call.onGone(() -> gone.complete(null));
            begun.complete(null);
            return Future.future(never -> {});
        };

        rig.probe.open(METHOD, Map.of()).onSuccess(request -> {
            request.end(GrpcProbe.frame(REQUEST));
            begun.thenRun(() -> request.reset(8));
        });

        Awaitility.await().atMost(5, TimeUnit.SECONDS).until(gone::isDone);
        assertThat(rig.ended).containsExactly("pubsub.ConnectNodeService/PushMessageBatch CANCELLED");
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
