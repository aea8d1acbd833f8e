package io.pushmanager.nodeclient;

import io.pushmanager.wire.MetadataKeys;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One unary gRPC call on one HTTP/2 stream.
 *
 * <p>Made on the HTTP client rather than on {@code GrpcClient}, because whether a call may be sent again depends on what
 * only this level tells: the reset code, and the stream's id against the last one that a GOAWAY says was processed.
 *
 * <p><b>Bound:</b> the reply, {@link GrpcReplyReader#MAX_REPLY_BYTES}. <b>Time:</b> none of its own; the owner calls {@link #timeOut}. <b>Failure:</b> the end is a value and comes exactly once.
 * <b>Thread:</b> the connection's event loop.
 */
final class UnaryCall {

    private static final long CANCEL = 0x8;
    private static final long REFUSED_STREAM = 0x7;
    private static final int NO_STREAM = -1;

    private final Promise<CallEnd> end = Promise.promise();
    private final Buffer frame;
    private final long timeoutMillis;
    private final @Nullable String traceparent;
    private final IntSupplier lastProcessedStream;

    private @Nullable HttpClientRequest request;
    private int streamId = NO_STREAM;

    /** @param lastProcessedStream the last stream of the connection that the peer processes; asked when the call breaks */
    UnaryCall(Buffer frame, long timeoutMillis, @Nullable String traceparent, IntSupplier lastProcessedStream) {
        this.frame = frame;
        this.timeoutMillis = timeoutMillis;
        this.traceparent = traceparent;
        this.lastProcessedStream = lastProcessedStream;
    }

    /** Writes the call as soon as {@code stream} is there. */
    Future<CallEnd> start(Future<HttpClientRequest> stream) {
        stream.onComplete(this::onStream);
        return end.future();
    }

    /** Ends the call as timed out and tells the peer to stop, unless it has ended. */
    void timeOut() {
        if (end.tryComplete(new CallEnd.TimedOut())) {
            reset();
        }
    }

    /** Ends the call as broken and tells the peer to stop, unless it has ended. */
    void abort(String reason) {
        if (end.tryComplete(request == null ? new CallEnd.NotProcessed(reason) : new CallEnd.Broken(reason))) {
            reset();
        }
    }

    private void onStream(AsyncResult<HttpClientRequest> opened) {
        if (opened.failed()) {
            end.tryComplete(new CallEnd.NotProcessed(text(opened.cause())));
            return;
        }
        HttpClientRequest stream = opened.result();
        request = stream;
        if (end.future().isComplete()) {
            reset();
            return;
        }
        stream.setChunked(true); // gRPC has no content-length
        stream.putHeader("grpc-timeout", timeoutMillis + "m");
        if (traceparent != null) {
            stream.putHeader(MetadataKeys.TRACEPARENT, traceparent);
        }
        stream.response().onComplete(this::onResponse);
        Future<Void> written = stream.end(frame);
        if (written.failed()) {
            end.tryComplete(new CallEnd.NotProcessed(text(written.cause())));
        } else if (!end.future().isComplete()) {
            streamId = stream.streamId();
        }
    }

    private void onResponse(AsyncResult<HttpClientResponse> head) {
        if (head.failed()) {
            broke(head.cause());
            return;
        }
        new GrpcReplyReader(head.result(), end::tryComplete, this::broke, this::abort).read();
    }

    private void broke(Throwable cause) {
        if (cause instanceof StreamResetException reset) {
            end.tryComplete(
                    reset.getCode() == REFUSED_STREAM
                            ? new CallEnd.NotProcessed("the node refused the call")
                            : new CallEnd.Broken("the node broke the call off, HTTP/2 code " + reset.getCode()));
            return;
        }
        boolean unseen = streamId == NO_STREAM || streamId > lastProcessedStream.getAsInt();
        end.tryComplete(
                unseen
                        ? new CallEnd.NotProcessed("the node went away before the call")
                        : new CallEnd.Broken("the connection was lost: " + text(cause)));
    }

    private void reset() {
        HttpClientRequest stream = request;
        if (stream != null) {
            // A reset that comes too late fails, and then there is nothing left to stop.
            stream.reset(CANCEL).onFailure(tooLate -> {});
        }
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
