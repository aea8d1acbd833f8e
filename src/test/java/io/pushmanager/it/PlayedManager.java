package io.pushmanager.it;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** A manager that answers pushes to rooms as it is told, and writes down which it was asked for. */
final class PlayedManager {

    /** What it answers. A delay of 0: without {@code RetryInfo}. */
    record Answer(GrpcStatus status, long retryMillis) {

        static final Answer TAKEN = new Answer(GrpcStatus.OK, 0);
        static final Answer AWAY = new Answer(GrpcStatus.UNAVAILABLE, 0);
    }

    record Asked(String room, String messageId, GrpcStatus answered, long atNanos) {}

    private static final ServiceMethod<HealthCheckRequest, HealthCheckResponse> HEALTH_WATCH = ServiceMethod.server(
            ServiceName.create("grpc.health.v1.Health"),
            "Watch",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(HealthCheckRequest.newBuilder()));

    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final String address;

    PlayedManager(Vertx vertx, boolean isServing, Function<PushToRoomRequest, Answer> answers) {
        GrpcServer server = GrpcServer.server(vertx);
        server.callHandler(
                HEALTH_WATCH,
                call -> call.handler(request -> call.response()
                        .write(HealthCheckResponse.newBuilder()
                                .setStatus(isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
                                .build())));
        server.callHandler(
                PushManagerServiceGrpcService.PushToRoom,
                call -> call.handler(request -> {
                    Answer answer = answers.apply(request);
                    asked.add(new Asked(
                            request.getRoomId(),
                            request.getOptions().getMessageId(),
                            answer.status(),
                            System.nanoTime()));
                    give(answer, request, call.response());
                }));
        address = "127.0.0.1:"
                + vertx.createHttpServer()
                        .requestHandler(server)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
    }

    String address() {
        return address;
    }

    /** In the order in which they came. */
    List<Asked> asked(String room) {
        return asked.stream().filter(each -> each.room().equals(room)).toList();
    }

    private static void give(
            Answer answer, PushToRoomRequest request, GrpcServerResponse<PushToRoomRequest, PushReply> response) {
        if (answer.status() == GrpcStatus.OK) {
            response.end(PushReply.newBuilder()
                    .setMessageId(request.getOptions().getMessageId())
                    .build());
            return;
        }
        Status.Builder status =
                Status.newBuilder().setCode(answer.status().code).setMessage("played");
        if (answer.retryMillis() > 0) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Durations.fromMillis(answer.retryMillis()))
                    .build()));
        }
        response.status(answer.status()).statusMessage("played");
        response.trailers()
                .set(
                        "grpc-status-details-bin",
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(status.build().toByteArray()));
        response.end();
    }
}
