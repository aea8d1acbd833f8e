package io.pushmanager.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pushmanager.core.text.Printable;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A gRPC status as text for people, with the fields that its details name. */
final class StatusText {

    private StatusText() {}

    static CommandFailure failure(GrpcStatus status, GrpcClientResponse<?, ?> response) {
        String message = header(response, "grpc-message");
        StringBuilder text = new StringBuilder(status.name());
        if (message != null && !message.isEmpty()) {
            text.append(": ").append(Printable.escape(percentDecoded(message)));
        }
        appendDetails(text, header(response, "grpc-status-details-bin"));
        return new CommandFailure(exitCode(status), text.toString());
    }

    static int exitCode(GrpcStatus status) {
        return switch (status) {
            case PERMISSION_DENIED, UNAUTHENTICATED -> ExitCode.DENIED;
            case INVALID_ARGUMENT -> ExitCode.USAGE;
            default -> ExitCode.FAILURE;
        };
    }

    /** A status without a body stands in the headers, one after a body in the trailers. */
    private static @Nullable String header(GrpcClientResponse<?, ?> response, String name) {
        String trailer = response.trailers().get(name);
        return trailer != null ? trailer : response.headers().get(name);
    }

    private static void appendDetails(StringBuilder text, @Nullable String base64) {
        if (base64 == null) {
            return;
        }
        try {
            Status status = Status.parseFrom(Base64.getDecoder().decode(base64));
            for (Any detail : status.getDetailsList()) {
                if (detail.is(BadRequest.class)) {
                    for (BadRequest.FieldViolation violation :
                            detail.unpack(BadRequest.class).getFieldViolationsList()) {
                        String line = Printable.escape(violation.getField() + ": " + violation.getDescription());
                        if (text.indexOf(line) < 0) { // our own servers put it into the message as well
                            text.append("\n  ").append(line);
                        }
                    }
                } else if (detail.is(RetryInfo.class)) {
                    com.google.protobuf.Duration delay =
                            detail.unpack(RetryInfo.class).getRetryDelay();
                    text.append("\n  try again in ")
                            .append(delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000)
                            .append(" ms");
                }
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            text.append("\n  (details that cannot be read)");
        }
    }

    private static String percentDecoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
