package io.pushmanager.publisher;

import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The JSON form of a push and of its answer, as {@link PublishVerticle} needs it. */
public interface PushForm {

    /** What a request turned out to be. */
    sealed interface Reading {
        record Valid(PushMessage message) implements Reading {}

        record Invalid(PushError error) implements Reading {}
    }

    /**
     * @param deadlineNanos when the caller stops waiting
     * @param traceparent the span that the push belongs to
     */
    Reading read(Buffer json, long deadlineNanos, @Nullable String traceparent);

    /** With the proto's field names. */
    JsonObject write(PushResult result);
}
