package io.pushmanager.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.wire.grpc.GrpcProbe.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The services that every gRPC server of the product has. */
class HealthAndReflectionVerticleTest {

    private final EndpointRig rig = new EndpointRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void reportsHealthOfEachService() {
        assertThat(check("").getStatus()).isEqualTo(ServingStatus.SERVING);

        rig.health.down("membership", "no list yet");

        assertThat(check("").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(check("pubsub.ConnectNodeService").getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(rig.probe
                        .call("/grpc.health.v1.Health/Check", service("other"))
                        .grpcStatus())
                .isEqualTo(5);
    }

    @Test
    void tellsAWatcherOfEachChangeOnce() {
        List<ServingStatus> seen = new CopyOnWriteArrayList<>();
        rig.probe.open("/grpc.health.v1.Health/Watch", Map.of()).onSuccess(request -> {
            request.response().onSuccess(response -> messages(response, body -> seen.add(status(body))));
            request.end(GrpcProbe.frame(service("pubsub.ConnectNodeService")));
        });
        Awaitility.await().until(() -> seen.equals(List.of(ServingStatus.SERVING)));

        rig.health.down("membership", "gone");
        Awaitility.await().until(() -> seen.size() == 2);
        rig.health.up("membership");

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

        Reply reply = rig.probe.call(
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
        return rig.probe
                .call("/grpc.health.v1.Health/Check", service(service))
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
}
