package io.pushmanager.nodeclient;

import io.pushmanager.core.message.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the one reply of a unary gRPC call, and its status, out of an HTTP/2 response. <b>Thread:</b> the connection's event loop. */
final class GrpcReplyReader {

    static final int MAX_REPLY_BYTES = Limits.MAX_GRPC_MESSAGE_BYTES;

    private static final int PREFIX_BYTES = 5;
    private static final Buffer EMPTY = Buffer.buffer(0);

    private final HttpClientResponse response;
    private final Consumer<CallEnd> answered;
    private final Consumer<Throwable> broke;
    private final Consumer<String> abort;

    private @Nullable Buffer body;

    GrpcReplyReader(
            HttpClientResponse response,
            Consumer<CallEnd> answered,
            Consumer<Throwable> broke,
            Consumer<String> abort) {
        this.response = response;
        this.answered = answered;
        this.broke = broke;
        this.abort = abort;
    }

    void read() {
        response.exceptionHandler(broke::accept);
        response.handler(this::append);
        response.endHandler(end -> answered.accept(end()));
    }

    private void append(Buffer chunk) {
        if (body == null) {
            body = chunk;
            return;
        }
        if (body.length() + chunk.length() > PREFIX_BYTES + MAX_REPLY_BYTES) {
            abort.accept("the node's reply is longer than " + MAX_REPLY_BYTES + " bytes");
            return;
        }
        body = Buffer.buffer(body.length() + chunk.length()).appendBuffer(body).appendBuffer(chunk);
    }

    private CallEnd end() {
        GrpcEnd end = GrpcEnd.of(response);
        if (end.status() != GrpcStatus.OK) {
            return new CallEnd.Answered(end.status(), end.message(), EMPTY);
        }
        Buffer payload = payload();
        return payload == null
                ? new CallEnd.Broken("the node's reply is not one gRPC message")
                : new CallEnd.Answered(GrpcStatus.OK, "", payload);
    }

    private @Nullable Buffer payload() {
        Buffer all = body;
        if (all == null || all.length() < PREFIX_BYTES) {
            return null;
        }
        boolean compressed = all.getByte(0) != 0; // we accept no encoding, so the peer must not use one
        long length = all.getUnsignedInt(1);
        return compressed || length != all.length() - PREFIX_BYTES ? null : all.slice(PREFIX_BYTES, all.length());
    }
}
