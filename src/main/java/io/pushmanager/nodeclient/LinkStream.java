package io.pushmanager.nodeclient;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.core.link.LinkViolation;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code Link}: an HTTP/2 stream that carries frames both ways, from its opening to its end.
 *
 * <p><b>Bound:</b> what is written waits in the connection without limit, so look at {@link #isWritable} before a batch.
 * <b>Failure:</b> the end comes exactly once, whatever broke. <b>Thread:</b> the connection's event loop.
 */
final class LinkStream {

    private static final long CANCEL = 0x8;
    /** Two batches of the usual size: the next one is made when what it was made for has left. */
    private static final int WRITE_QUEUE_BYTES = 512 * 1024;

    /** What comes of a stream. */
    interface Listener {
        /** A {@link LinkViolation} ends the stream. */
        void frame(LinkStream stream, NodeFrame frame);

        /** As {@link #frame}, for the usual one; it holds what it says until this returns. */
        void ack(LinkStream stream, PlainAck ack);

        /** {@link #isWritable} again, after it was not. */
        void writable();

        /** @param status null when the stream broke without one */
        void ended(LinkStream stream, @Nullable GrpcStatus status, String message);
    }

    private final NodeConnection connection;
    private final Listener listener;
    private final GrpcMessages messages = new GrpcMessages(this::message);
    private final PlainAck plainAck = new PlainAck();
    private final Promise<Void> over = Promise.promise();

    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private boolean halfClosed;

    LinkStream(NodeConnection connection, Listener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    /** Opens the stream with its first frame. */
    void open(Buffer hello) {
        connection.stream(connection.method(NodeMethods.LINK)).onComplete(opened -> onStream(opened, hello));
    }

    boolean isWritable() {
        HttpClientRequest stream = request;
        return stream != null && !halfClosed && !stream.writeQueueFull();
    }

    /** Completes when the frame has left, or never will; then the end comes, if that is why. */
    Future<Void> write(Buffer frame) {
        HttpClientRequest stream = request;
        return stream == null || halfClosed ? Future.failedFuture("not open") : stream.write(frame);
    }

    /** Reads no further, as far as the sender lets it be felt. */
    void pause() {
        HttpClientResponse body = response;
        if (body != null) {
            body.pause();
        }
    }

    /** Reads on. */
    void resume() {
        HttpClientResponse body = response;
        if (body != null) {
            body.resume();
        }
    }

    /** Says that nothing more will be written. Completes when the node has ended the call too. */
    Future<Void> finish() {
        HttpClientRequest stream = request;
        if (stream != null && !halfClosed) {
            halfClosed = true;
            stream.end();
        }
        return over.future();
    }

    /** Ends the stream at once; the listener hears of it. */
    void abort(String reason) {
        end(null, reason);
    }

    private void onStream(AsyncResult<HttpClientRequest> opened, Buffer hello) {
        if (opened.failed()) {
            end(null, Reasons.of(opened.cause()));
            return;
        }
        HttpClientRequest stream = opened.result();
        over.future().onComplete(end -> connection.ended());
        if (over.future().isComplete()) {
            stream.reset(CANCEL).onFailure(tooLate -> {});
            return;
        }
        request = stream;
        stream.setChunked(true); // gRPC has no content-length
        stream.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        stream.exceptionHandler(broke -> end(null, Reasons.of(broke)));
        stream.drainHandler(drained -> listener.writable());
        stream.response().onComplete(this::onResponse);
        stream.write(hello);
    }

    private void onResponse(AsyncResult<HttpClientResponse> head) {
        if (head.failed()) {
            end(null, Reasons.of(head.cause()));
            return;
        }
        HttpClientResponse body = head.result();
        response = body;
        body.exceptionHandler(broke -> end(null, Reasons.of(broke)));
        body.endHandler(complete -> {
            GrpcEnd end = GrpcEnd.of(body);
            end(end.status(), end.message());
        });
        body.handler(chunk -> {
            try {
                messages.append(chunk);
            } catch (LinkViolation violation) {
                end(null, "the node broke the protocol: " + violation.getMessage());
            }
        });
    }

    private void message(Buffer in, int start, int end) {
        if (over.future().isComplete()) {
            return;
        }
        connection.hear();
        if (plainAck.read(in, start, end)) {
            listener.ack(this, plainAck);
            return;
        }
        NodeFrame frame;
        try {
            frame = NodeFrame.parseFrom(in.getBytes(start, end));
        } catch (InvalidProtocolBufferException garbage) {
            throw new LinkViolation("a frame that cannot be read");
        }
        listener.frame(this, frame);
    }

    private void end(@Nullable GrpcStatus status, String message) {
        if (over.tryComplete()) {
            HttpClientRequest stream = request;
            if (stream != null && (status == null || !halfClosed)) {
                // Frees the stream's number. One that is closed already has nothing left to reset.
                stream.reset(CANCEL).onFailure(tooLate -> {});
            }
            listener.ended(this, status, message);
        }
    }
}
