package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.PushErrorException;
import java.util.List;
import java.util.Set;

/** {@code PushMessageBatchRequest} → {@link HubPush}, with every field that is wrong named at once. */
final class BatchMapper {

    private final PushRequests requests;
    private final int maxUsers;

    BatchMapper(PushRequests requests, int maxUsers) {
        this.requests = requests;
        this.maxUsers = maxUsers;
    }

    HubPush toCore(PushMessageBatchRequest request) throws PushErrorException {
        Violations violations = new Violations();
        violations.checkOptionalId("room_id", request.getRoomId());
        violations.checkOptionalId("message_id", request.getMessageId());
        violations.checkOptionalId("options.message_id", request.getOptions().getMessageId());
        Set<String> users = violations.distinctIds("user_ids", request.getUserIdsList(), maxUsers);
        Set<String> excluded =
                violations.distinctIds("exclude_user_ids", request.getExcludeUserIdsList(), Limits.MAX_EXCLUDED_USERS);
        Content content = requests.content(request.getContent());
        violations.checkContent(request.hasContent(), content);
        PushError error = violations.toError();
        if (error == null) {
            error = PushRequests.unimplemented(request.getOptions());
        }
        if (error != null) {
            throw new PushErrorException(error);
        }
        String messageId =
                request.getMessageId().isEmpty() ? request.getOptions().getMessageId() : request.getMessageId();
        return new HubPush(
                messageId.isEmpty() ? PushRequests.newMessageId() : messageId,
                new Target(request.getRoomId(), List.copyOf(users), Set.copyOf(excluded)),
                content);
    }
}
