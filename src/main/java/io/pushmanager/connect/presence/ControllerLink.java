package io.pushmanager.connect.presence;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.PresenceWelcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one Controller, from the attempt to its end; never used again after that.
 *
 * <p>It has an HTTP client of its own, because closing that also ends a connection that was accepted and never spoke.
 *
 * <p><b>Thread:</b> the reporter's event loop. <b>Time:</b> a welcome within {@value #WELCOME_MILLIS} ms, then an answer to one of
 * three heartbeats. <b>Failure:</b> told once to the owner, whatever it was.
 */
final class ControllerLink implements ReportSender.Line {

    static final int WELCOME_MILLIS = 3_000;
    private static final long LEAVE_MILLIS = 500;
    private static final int MISSED_HEARTBEATS = 3;

    /** Who opened it. */
    interface Owner {

        PresenceFrame hello();

        PresenceFrame heartbeat();

        /** It may be told of users: {@link ControllerLink#tell}. */
        void welcomed(ControllerLink link);

        void ended(ControllerLink link, String why);
    }

    private final Vertx vertx;
    private final HostPort address;
    private final Owner owner;
    private final Clocks clocks;
    private final GrpcClient client;
    private final Promise<Void> over = Promise.promise();
    private @Nullable GrpcClientRequest<PresenceFrame, PresenceReply> request;
    private @Nullable PresenceWelcome welcome;
    private @Nullable ReportSender sender;
    private long timer;
    private long heardNanos;
    private boolean leaving;
    private boolean ended;

    ControllerLink(Vertx vertx, HostPort address, Owner owner, Clocks clocks) {
        this.vertx = vertx;
        this.address = address;
        this.owner = owner;
        this.clocks = clocks;
        this.client = GrpcClient.client(
                vertx,
                new GrpcClientOptions().setMaxMessageSize(Limits.MAX_GRPC_MESSAGE_BYTES),
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false) // an upgrade would wait for the end of the stream
                        .setTracingPolicy(TracingPolicy.IGNORE)
                        .setConnectTimeout(WELCOME_MILLIS)
                        .setName("controller-link"));
    }

    HostPort address() {
        return address;
    }

    /** Controllers with the same share what they are told. Empty before the welcome. */
    String storeId() {
        return welcome == null ? "" : welcome.getStoreId();
    }

    String controllerId() {
        return welcome == null ? "" : welcome.getControllerId();
    }

    boolean isWelcome() {
        return welcome != null;
    }

    boolean isTold() {
        return sender != null;
    }

    @Nullable
    ReportSender sender() {
        return sender;
    }

    void open() {
        timer = vertx.setTimer(WELCOME_MILLIS, late -> end("no welcome within " + WELCOME_MILLIS + " ms"));
        client.request(
                        SocketAddress.inetSocketAddress(address.port(), address.host()),
                        ControllerServiceGrpcClient.Report)
                .onSuccess(this::greet)
                .onFailure(failure -> end(String.valueOf(failure.getMessage())));
    }

    private void greet(GrpcClientRequest<PresenceFrame, PresenceReply> opened) {
        request = opened;
        if (ended) {
            close();
            return;
        }
        opened.exceptionHandler(failure -> end(String.valueOf(failure.getMessage())));
        opened.drainHandler(drained -> {
            if (sender != null) {
                sender.pump();
            }
        });
        opened.response().onSuccess(this::listen).onFailure(failure -> end(String.valueOf(failure.getMessage())));
        write(owner.hello());
    }

    private void listen(GrpcClientResponse<PresenceFrame, PresenceReply> response) {
        response.handler(this::take);
        response.exceptionHandler(failure -> end(String.valueOf(failure.getMessage())));
        response.errorHandler(error -> end("the stream was reset: " + error));
        response.endHandler(done -> {
            GrpcStatus status = response.status();
            String message = response.statusMessage();
            end((status == null ? "the stream ended" : status.name()) + (message == null ? "" : ": " + message));
        });
    }

    private void take(PresenceReply reply) {
        if (ended) {
            return;
        }
        heardNanos = clocks.nanoTime();
        if (welcome == null) {
            if (reply.hasWelcome()) {
                welcomed(reply.getWelcome());
            } else {
                end("the first answer is not a welcome");
            }
        } else if (reply.hasAck() && sender != null) {
            sender.acknowledged(reply.getAck().getVersion());
        }
    }

    private void welcomed(PresenceWelcome first) {
        welcome = first;
        vertx.cancelTimer(timer);
        long interval = Math.max(10, millis(first.getHeartbeatInterval()));
        timer = vertx.setPeriodic(interval, beat -> {
            if (clocks.nanoTime() - heardNanos > TimeUnit.MILLISECONDS.toNanos(interval * MISSED_HEARTBEATS)) {
                end("no answer to " + MISSED_HEARTBEATS + " heartbeats");
            } else {
                beat();
            }
        });
        owner.welcomed(this);
    }

    private static long millis(Duration duration) {
        return Durations.toMillis(duration);
    }

    /** A heartbeat beside the regular ones. */
    void beat() {
        if (welcome != null && !leaving) {
            write(owner.heartbeat());
        }
    }

    /** Begins to tell of users. */
    void tell(Supplier<ReportSender> senderOfThis) {
        ReportSender created = senderOfThis.get();
        sender = created;
        created.pump();
    }

    int window() {
        return welcome == null ? 1 : welcome.getWindow();
    }

    @Override
    public boolean isWritable() {
        return !ended && !leaving && request != null && !request.writeQueueFull();
    }

    @Override
    public void write(PresenceUpdate update) {
        write(PresenceFrame.newBuilder().setUpdate(update).build());
    }

    @Override
    public void broken(String why) {
        end(why);
    }

    private void write(PresenceFrame frame) {
        GrpcClientRequest<PresenceFrame, PresenceReply> opened = request;
        if (!ended && opened != null) {
            opened.write(frame).onFailure(failure -> end(String.valueOf(failure.getMessage())));
        }
    }

    /** Says that this node is leaving, and waits a moment for the answer. The owner is not told of the end. */
    Future<Void> leave() {
        leaving = true;
        GrpcClientRequest<PresenceFrame, PresenceReply> opened = request;
        if (ended || opened == null || welcome == null) {
            end("leaving");
            return over.future();
        }
        opened.end();
        vertx.setTimer(LEAVE_MILLIS, late -> end("no answer to leaving"));
        return over.future();
    }

    void end(String why) {
        if (ended) {
            return;
        }
        ended = true;
        vertx.cancelTimer(timer);
        if (sender != null) {
            sender.stop();
        }
        close();
        if (!leaving) {
            owner.ended(this, why);
        }
    }

    /** The connection too, whatever state the stream is in; how it ends is waited for only a moment. */
    private void close() {
        client.close().timeout(LEAVE_MILLIS, TimeUnit.MILLISECONDS).onComplete(closed -> over.tryComplete());
    }
}
