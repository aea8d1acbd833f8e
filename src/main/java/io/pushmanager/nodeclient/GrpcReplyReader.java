package io.pushmanager.nodeclient;

import io.pushmanager.core.message.Limits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
        String status = response.getTrailer("grpc-status");
        String message = response.getTrailer("grpc-message");
        if (status == null) { // a reply without a body carries both in its head
            status = response.getHeader("grpc-status");
            message = response.getHeader("grpc-message");
        }
        if (status == null) {
            return new CallEnd.Answered(
                    statusOfHttp(response.statusCode()), "HTTP status " + response.statusCode(), EMPTY);
        }
        GrpcStatus code = parse(status);
        if (code != GrpcStatus.OK) {
            return new CallEnd.Answered(code, decode(message), EMPTY);
        }
        Buffer payload = payload();
        return payload == null
                ? new CallEnd.Broken("the node's reply is not one gRPC message")
                : new CallEnd.Answered(code, "", payload);
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

    private static GrpcStatus parse(String status) {
        try {
            GrpcStatus known = GrpcStatus.valueOf(Integer.parseInt(status));
            return known == null ? GrpcStatus.UNKNOWN : known;
        } catch (NumberFormatException notANumber) {
            return GrpcStatus.UNKNOWN;
        }
    }

    /** The gRPC specification's mapping for answers of something that does not speak gRPC. */
    private static GrpcStatus statusOfHttp(int httpStatus) {
        return switch (httpStatus) {
            case 400 -> GrpcStatus.INTERNAL;
            case 401 -> GrpcStatus.UNAUTHENTICATED;
            case 403 -> GrpcStatus.PERMISSION_DENIED;
            case 404 -> GrpcStatus.UNIMPLEMENTED;
            case 429, 502, 503, 504 -> GrpcStatus.UNAVAILABLE;
            default -> GrpcStatus.UNKNOWN;
        };
    }

    private static String decode(@Nullable String message) {
        if (message == null) {
            return "";
        }
        try {
            return URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notPercentEncoded) {
            return message;
        }
    }
}
