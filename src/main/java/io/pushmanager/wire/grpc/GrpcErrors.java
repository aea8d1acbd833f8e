package io.pushmanager.wire.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushError.FieldViolation;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/**
 * {@link PushError} → a gRPC status with {@code google.rpc} details.
 *
 * <p><b>Bound:</b> at most {@value #MAX_VIOLATIONS} violations and {@value #MAX_MESSAGE_CHARS} characters are sent, so
 * that an error always fits in the header list that clients allow (8 KiB).
 */
public final class GrpcErrors {

    /** The {@code domain} of every {@code ErrorInfo}. */
    public static final String DOMAIN = "push-manager";

    static final int MAX_VIOLATIONS = 20;
    static final int MAX_MESSAGE_CHARS = 1_000;

    private static final String STATUS = "grpc-status";
    private static final String MESSAGE = "grpc-message";
    private static final String DETAILS = "grpc-status-details-bin";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private GrpcErrors() {}

    public static Status toStatus(PushError error) {
        Status.Builder status =
                Status.newBuilder().setCode(error.code().grpcCode()).setMessage(message(error));
        status.addDetails(Any.pack(ErrorInfo.newBuilder()
                .setReason(error.reason())
                .setDomain(DOMAIN)
                .build()));
        if (!error.violations().isEmpty()) {
            BadRequest.Builder badRequest = BadRequest.newBuilder();
            for (FieldViolation violation : error.violations()
                    .subList(0, Math.min(MAX_VIOLATIONS, error.violations().size()))) {
                badRequest
                        .addFieldViolationsBuilder()
                        .setField(violation.field())
                        .setDescription(violation.description());
            }
            status.addDetails(Any.pack(badRequest.build()));
        }
        Long retryAfterMillis = error.retryAfterMillis();
        if (retryAfterMillis != null) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Durations.fromMillis(retryAfterMillis))
                    .build()));
        }
        return status.build();
    }

    /** What to answer when a handler failed. An unexpected failure says nothing of our insides to the caller. */
    public static PushError of(Throwable failure) {
        return failure instanceof PushErrorException known
                ? known.error()
                : PushError.of(ErrorCode.INTERNAL, "INTERNAL", "internal error");
    }

    /** Writes what goes beside {@code grpc-status} into {@code trailers}. */
    static void putInto(MultiMap trailers, PushError error) {
        trailers.set(MESSAGE, percentEncode(message(error)));
        trailers.set(
                DETAILS,
                Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(toStatus(error).toByteArray()));
    }

    /** Answers a call that never reached its method. */
    static void refuse(HttpServerResponse response, PushError error) {
        response.setStatusCode(200).putHeader("content-type", "application/grpc");
        response.putHeader("grpc-accept-encoding", "identity");
        response.putHeader(STATUS, Integer.toString(error.code().grpcCode()));
        putInto(response.headers(), error);
        response.end();
    }

    private static String message(PushError error) {
        String message = error.message();
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS - 1) + "…";
    }

    /** As gRPC asks for {@code grpc-message}: printable ASCII except the percent sign stays. */
    static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
