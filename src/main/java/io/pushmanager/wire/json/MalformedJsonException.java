package io.pushmanager.wire.json;

import com.fasterxml.jackson.core.JsonLocation;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushError.FieldViolation;
import java.util.List;

/** What is wrong with a document, and where. Has no stack trace: it ends as a {@link PushError}. */
final class MalformedJsonException extends RuntimeException {

    private static final int MAX_CHARS = 200;

    private final String field;
    private final String description;

    MalformedJsonException(String field, String description, JsonLocation at) {
        super(description, null, false, false);
        this.field = field;
        String what = description.length() <= MAX_CHARS ? description : description.substring(0, MAX_CHARS) + "…";
        this.description = what + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    PushError toError() {
        return new PushError(
                ErrorCode.INVALID_ARGUMENT,
                "MALFORMED_JSON",
                field.isEmpty() ? description : field + ": " + description,
                List.of(new FieldViolation(field, description)),
                null);
    }
}
