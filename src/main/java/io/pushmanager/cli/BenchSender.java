package io.pushmanager.cli;

import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.Priority;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.wire.HandlingMapper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pushing half of {@code bench}. It sends what has become due as soon as it can: a full connection, or {@value #MAX_CALLS}
 * calls without an answer, hold it back, but every push carries the time at which it was meant to go.
 *
 * <p><b>Bound:</b> those calls, or the stream's own buffer. <b>Order:</b> as they became due. <b>Thread:</b> one event loop.
 * <b>Time:</b> a call has {@link ManagerClient#DEADLINE_MILLIS}. <b>Failure:</b> counted by gRPC status.
 */
final class BenchSender {

    private static final int MAX_CALLS = 1_024;

    private final Context context;
    private final BenchPlan plan;
    private final BenchTally tally;
    private final GrpcClient client;
    private final SocketAddress manager;

    // context only
    private long startNanos;
    private int due;
    private int next;
    private int calls;
    private @Nullable GrpcClientRequest<PushRequest, PushReply> stream;

    BenchSender(Vertx vertx, HostPort address, BenchPlan plan, BenchTally tally) {
        this.context = vertx.getOrCreateContext();
        this.plan = plan;
        this.tally = tally;
        this.manager = SocketAddress.inetSocketAddress(address.port(), address.host());
        this.client = GrpcClient.client(
                vertx,
                new GrpcClientOptions().setMaxMessageSize(Limits.MAX_GRPC_MESSAGE_BYTES),
                // A stream that begins as an upgrade from HTTP/1.1 breaks off after 64 KiB.
                new HttpClientOptions()
                        .setHttp2ClearTextUpgrade(false)
                        .setConnectTimeout(ManagerClient.CONNECT_MILLIS));
    }

    /** Completes when it can send. */
    Future<Void> open() {
        return Future.future(opened -> context.runOnContext(go -> {
            if (plan.api() == BenchApi.UNARY) {
                opened.complete();
                return;
            }
            client.request(manager, PushManagerServiceGrpcClient.PushStream)
                    .<Void>map(request -> {
                        stream = request;
                        request.drainHandler(writable -> send());
                        request.exceptionHandler(lost -> streamEnded("UNAVAILABLE"));
                        request.response().onSuccess(this::readReplies).onFailure(lost -> streamEnded("UNAVAILABLE"));
                        return null;
                    })
                    .onComplete(opened);
        }));
    }

    /** Every push up to {@code count} may go. {@code startNanos} is the same in each call. */
    void advance(long startNanos, int count) {
        context.runOnContext(go -> {
            this.startNanos = startNanos;
            due = count;
            send();
        });
    }

    /** No push comes any more. */
    void end() {
        context.runOnContext(go -> {
            if (stream != null) {
                stream.end();
                stream = null;
            }
        });
    }

    private void send() {
        if (plan.api() == BenchApi.UNARY) {
            while (next < due && calls < MAX_CALLS) {
                call(next++);
            }
            return;
        }
        while (next < due && stream != null && !stream.writeQueueFull()) {
            int push = next++;
            stream.write(PushRequest.newBuilder()
                    .setRoom(request(push))
                    .setCorrelationId(Integer.toString(push))
                    .build());
        }
    }

    private PushToRoomRequest request(int push) {
        String data = new BenchMark(startNanos + plan.offsetNanos(push), push).toData(plan.size());
        PushToRoomRequest.Builder request = PushToRoomRequest.newBuilder()
                .setRoomId(plan.room(plan.roomOfPush(push)))
                .setContent(Content.newBuilder().setType("BENCH").setData(data));
        if (plan.priority() != Priority.NORMAL) {
            request.getOptionsBuilder().setPriority(HandlingMapper.toProto(plan.priority()));
        }
        return request.build();
    }

    private void call(int push) {
        calls++;
        client.request(manager, PushManagerServiceGrpcClient.PushToRoom)
                .compose(open -> {
                    open.timeout(ManagerClient.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
                    return open.send(request(push));
                })
                .compose(response -> response.last().transform(last -> {
                    GrpcStatus status = response.status();
                    return Future.succeededFuture(status == null ? GrpcStatus.UNAVAILABLE : status);
                }))
                .onComplete(answered -> {
                    calls--;
                    GrpcStatus status = answered.succeeded() ? answered.result() : GrpcStatus.UNAVAILABLE;
                    if (status == GrpcStatus.OK) {
                        tally.accepted(push);
                    } else {
                        tally.failed(status.name());
                    }
                    send();
                });
    }

    private void readReplies(GrpcClientResponse<PushRequest, PushReply> response) {
        response.handler(reply -> {
            if (reply.getStatus().getCode() == 0) {
                tally.accepted(Integer.parseInt(reply.getCorrelationId()));
            } else {
                GrpcStatus status = GrpcStatus.valueOf(reply.getStatus().getCode());
                tally.failed(status == null ? "UNKNOWN" : status.name());
            }
        });
        response.exceptionHandler(lost -> streamEnded("UNAVAILABLE"));
        response.endHandler(end -> streamEnded("UNAVAILABLE"));
    }

    /** What was due and has no answer yet never gets one; it stays uncounted, and so shows as unanswered. */
    private void streamEnded(String status) {
        if (stream != null) {
            stream = null;
            tally.streamLost(status);
        }
    }
}
