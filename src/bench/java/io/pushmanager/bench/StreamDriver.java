package io.pushmanager.bench;

import io.pushmanager.core.message.Limits;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Pushes 128 bytes at a steady rate, while it goes, over one PushStream, to {@code room-0}, {@code room-1} and so on round and round.
 *
 * <p><b>Bound:</b> the stream's own buffer: what has become due goes as soon as it can. <b>Thread:</b> its own event loop; the counts are
 * read from any. <b>Failure:</b> a push that is refused, and a stream that ends, is counted as failed.
 */
final class StreamDriver {

    private static final long TICK_MILLIS = 1;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Context context;
    private final GrpcClient client;
    private final SocketAddress manager;
    private final int rooms;
    private final double pushesPerSecond;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long sent;

    // context only
    private @Nullable GrpcClientRequest<PushRequest, PushReply> stream;
    private long startNanos;
    private long startedWith;
    private long timer = NO_TIMER;

    StreamDriver(Vertx vertx, SocketAddress manager, int rooms, double pushesPerSecond) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.manager = manager;
        this.rooms = rooms;
        this.pushesPerSecond = pushesPerSecond;
        this.client = GrpcClient.client(
                vertx,
                new GrpcClientOptions().setMaxMessageSize(Limits.MAX_GRPC_MESSAGE_BYTES),
                // A stream that begins as an upgrade from HTTP/1.1 breaks off after 64 KiB.
                new HttpClientOptions().setHttp2ClearTextUpgrade(false));
    }

    /** Completes when the stream is there; then it stands still. */
    Future<Void> open() {
        return Future.future(
                begun -> context.runOnContext(go -> client.request(manager, PushManagerServiceGrpcClient.PushStream)
                        .<Void>map(opened -> {
                            stream = opened;
                            opened.drainHandler(writable -> send());
                            opened.response()
                                    .onSuccess(replies -> replies.handler(this::replied))
                                    .onFailure(lost -> failed.increment());
                            return null;
                        })
                        .onComplete(begun)));
    }

    /** Pushes from now on. */
    Future<Void> go() {
        return onContext(() -> {
            startNanos = System.nanoTime();
            startedWith = sent;
            timer = vertx.setPeriodic(TICK_MILLIS, due -> send());
        });
    }

    /** Stands still: what has been pushed is still answered. */
    Future<Void> pause() {
        return onContext(() -> {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        });
    }

    private Future<Void> onContext(Runnable task) {
        return Future.future(done -> context.runOnContext(now -> {
            task.run();
            done.complete();
        }));
    }

    /** No push leaves any more once this has completed; replies to those before may still come. It stands still by then. */
    Future<Void> end() {
        return Future.future(ended -> context.runOnContext(go -> {
            GrpcClientRequest<PushRequest, PushReply> open = stream;
            stream = null;
            if (open == null) {
                ended.complete();
            } else {
                open.end().onComplete(ended);
            }
        }));
    }

    Future<Void> close() {
        return client.close();
    }

    long sent() {
        return sent;
    }

    long accepted() {
        return accepted.sum();
    }

    long failed() {
        return failed.sum();
    }

    private void send() {
        GrpcClientRequest<PushRequest, PushReply> open = stream;
        if (open == null || timer == NO_TIMER) {
            return;
        }
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        long due = startedWith + (long) (seconds * pushesPerSecond);
        long next = sent;
        while (next < due && !open.writeQueueFull()) {
            open.write(PushRequest.newBuilder()
                    .setRoom(PushToRoomRequest.newBuilder()
                            .setRoomId(RoomsOfNode.PREFIX + next % rooms)
                            .setContent(Content.newBuilder().setType("BENCH").setData(Pushes.DATA)))
                    .build());
            next++;
        }
        sent = next;
    }

    private void replied(PushReply reply) {
        if (reply.getStatus().getCode() == 0) {
            accepted.increment();
        } else {
            failed.increment();
        }
    }
}
