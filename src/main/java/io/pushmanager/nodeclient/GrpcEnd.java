package io.pushmanager.nodeclient;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a peer says at the end of a gRPC call.
 *
 * @param message what it said about a status other than OK
 */
record GrpcEnd(GrpcStatus status, String message) {

    /** Of a response that has ended. */
    static GrpcEnd of(HttpClientResponse response) {
        String status = response.getTrailer("grpc-status");
        String message = response.getTrailer("grpc-message");
        if (status == null) { // a reply without a body carries both in its head
            status = response.getHeader("grpc-status");
            message = response.getHeader("grpc-message");
        }
        if (status == null) {
            return new GrpcEnd(statusOfHttp(response.statusCode()), "HTTP status " + response.statusCode());
        }
        GrpcStatus code = parse(status);
        return new GrpcEnd(code, code == GrpcStatus.OK ? "" : decode(message));
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
