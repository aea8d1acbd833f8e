package io.pushmanager.wire.grpc;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One call on our side: its metadata, its deadline, and the single end that it comes to.
 *
 * <p>A call ends once: by {@link #end}, by {@link #fail}, at its deadline, or because the caller went away. Whatever is
 * written later is dropped, so late answers need no check.
 *
 * <p><b>Thread:</b> confined to the call's event loop. <b>Time:</b> the deadline is on the monotonic clock.
 */
public final class GrpcCall<Q, R> {

    private final GrpcServerRequest<Q, R> request;
    private final GrpcServerResponse<Q, R> response;
    private final ServiceMethod<Q, R> method;
    private final Vertx vertx;
    private final Clocks clocks;
    private final CallObserver observer;
    private final GrpcPeer peer;
    private final long startNanos;
    private final long timeoutNanos;
    private long deadlineTimer = -1;
    private boolean open = true;
    private int messageBytes;
    private Runnable onGone = () -> {};
    private Runnable onEnd = () -> {};

    GrpcCall(
            Vertx vertx,
            Clocks clocks,
            CallObserver observer,
            ServiceMethod<Q, R> method,
            GrpcServerRequest<Q, R> request,
            GrpcPeer peer,
            long fallbackTimeoutNanos) {
        this.request = request;
        this.response = request.response();
        this.method = method;
        this.vertx = vertx;
        this.clocks = clocks;
        this.observer = observer;
        this.peer = peer;
        this.startNanos = clocks.nanoTime();
        long asked = GrpcTimeout.parseNanos(request.headers().get("grpc-timeout"));
        this.timeoutNanos = asked == GrpcTimeout.NONE ? fallbackTimeoutNanos : asked;
    }

    void begin() {
        peer.began();
        if (timeoutNanos != GrpcTimeout.NONE) {
            // Rounded up: never before the deadline.
            long millis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + 1;
            deadlineTimer = vertx.setTimer(millis, timer -> {
                PushError late = PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "deadline exceeded");
                Runnable gone = onGone;
                fail(late);
                gone.run();
            });
        }
        request.errorHandler(error -> gone());
        request.exceptionHandler(failure -> gone());
        response.exceptionHandler(failure -> gone());
        request.invalidMessageHandler(tooLarge -> fail(PushError.of(
                ErrorCode.RESOURCE_EXHAUSTED,
                "MESSAGE_TOO_LARGE",
                "the message is over the limit of " + GrpcEndpoint.MAX_MESSAGE_BYTES + " bytes")));
    }

    /** Who calls. */
    public GrpcPeer peer() {
        return peer;
    }

    /** How long the message that came last was on the wire. */
    public int messageBytes() {
        return messageBytes;
    }

    public MultiMap metadata() {
        return request.headers();
    }

    /** On the monotonic clock; {@code Long.MAX_VALUE} after the start when the call has none. */
    public boolean hasDeadline() {
        return timeoutNanos != GrpcTimeout.NONE;
    }

    /** On the monotonic clock. Only when {@link #hasDeadline}. */
    public long deadlineNanos() {
        return startNanos + timeoutNanos;
    }

    public boolean isOpen() {
        return open;
    }

    /** Runs once if the caller goes away or the deadline passes before the call has ended. */
    public void onGone(Runnable handler) {
        onGone = handler;
    }

    /** Runs once when the call has ended, whichever way. */
    public void onEnd(Runnable handler) {
        onEnd = handler;
    }

    /** Hands over each message. One that cannot be decoded fails the call. */
    public void onMessage(Consumer<Q> handler) {
        request.messageHandler(message -> {
            if (!open) {
                return;
            }
            messageBytes = message.payload().length();
            Q decoded;
            try {
                decoded = decode(message);
            } catch (RuntimeException e) {
                fail(PushError.of(
                        ErrorCode.INVALID_ARGUMENT, "MALFORMED_MESSAGE", "the message is not valid protobuf"));
                return;
            }
            handler.accept(decoded);
        });
    }

    private Q decode(GrpcMessage message) {
        return method.decoder().decode(message);
    }

    /** Runs when the caller has sent everything. */
    public void onHalfClose(Runnable handler) {
        request.endHandler(end -> {
            if (open) {
                handler.run();
            }
        });
    }

    /** Stops reading; the caller feels it through flow control. */
    public void pause() {
        request.pause();
    }

    public void resume() {
        request.resume();
    }

    public boolean isWriteQueueFull() {
        return open && response.writeQueueFull();
    }

    public void onDrain(Runnable handler) {
        response.drainHandler(drained -> handler.run());
    }

    public void write(R message) {
        if (open) {
            response.write(message);
        }
    }

    /** Answers and ends. */
    public void end(R message) {
        if (close("OK")) {
            response.end(message);
        }
    }

    /** Ends a stream. */
    public void end() {
        if (close("OK")) {
            response.end();
        }
    }

    public void fail(PushError error) {
        if (close(error.code().name())) {
            response.status(GrpcStatus.valueOf(error.code().grpcCode()));
            GrpcErrors.putInto(response.trailers(), error);
            response.end();
        }
    }

    private void gone() {
        Runnable handler = onGone;
        if (close(ErrorCode.CANCELLED.name())) {
            handler.run();
        }
    }

    private boolean close(String code) {
        if (!open) {
            return false;
        }
        open = false;
        onGone = () -> {};
        if (deadlineTimer != -1) {
            vertx.cancelTimer(deadlineTimer);
        }
        long nowNanos = clocks.nanoTime();
        peer.ended(nowNanos);
        observer.ended(method.fullMethodName(), code, nowNanos - startNanos);
        onEnd.run();
        return true;
    }
}
