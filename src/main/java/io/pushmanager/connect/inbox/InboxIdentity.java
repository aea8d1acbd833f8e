package io.pushmanager.connect.inbox;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushError.FieldViolation;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which node this is, and which process.
 *
 * @param name the node_id; asked for once the port is known, because a node may be named after it
 */
public record InboxIdentity(String instanceId, Supplier<String> name) {

    String nodeId() {
        return name.get();
    }

    /** What a caller that means another process gets. */
    PushError otherInstance(String field) {
        String message = "this node is another process than the one that " + field + " names";
        return new PushError(
                ErrorCode.FAILED_PRECONDITION,
                "OTHER_INSTANCE",
                message,
                List.of(new FieldViolation(field, "names another process")),
                null);
    }
}
