package io.pushmanager.core.outcome;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a push was not taken.
 *
 * @param reason a constant word for programs, such as {@code MAILBOX_FULL}: the {@code reason} of google.rpc.ErrorInfo
 * @param violations what is wrong with which field, in proto field names; empty unless INVALID_ARGUMENT
 * @param retryAfterMillis a hint for the caller; null when a retry does not help
 */
public record PushError(
        ErrorCode code,
        String reason,
        String message,
        List<FieldViolation> violations,
        @Nullable Long retryAfterMillis) implements PushAnswer {

    /** @param field the proto path, such as {@code content.metadata} */
    public record FieldViolation(String field, String description) {}

    public static PushError of(ErrorCode code, String reason, String message) {
        return new PushError(code, reason, message, List.of(), null);
    }

    public static PushError retryable(ErrorCode code, String reason, String message, long retryAfterMillis) {
        return new PushError(code, reason, message, List.of(), retryAfterMillis);
    }

    public static PushError invalid(List<FieldViolation> violations) {
        StringBuilder text = new StringBuilder();
        for (FieldViolation violation : violations) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(violation.field())
                    .append(": ")
                    .append(violation.description());
        }
        return new PushError(
                ErrorCode.INVALID_ARGUMENT, "INVALID_FIELD", text.toString(), List.copyOf(violations), null);
    }

    public static PushError invalid(String field, String description) {
        return invalid(List.of(new FieldViolation(field, description)));
    }
}
