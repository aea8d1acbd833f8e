package io.pushmanager.connect.inbox;

import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.ConnectionAction;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.wire.ActionMapper;
import io.pushmanager.wire.HandlingMapper;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.PushErrorException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code PushMessageBatchRequest}, read by protobuf or as a draft → {@link HubPush}, with every field that is wrong named at once. */
final class BatchMapper {

    private final PushRequests requests;
    private final Clocks clocks;
    private final int maxUsers;

    /** @param clocks a time to live begins when the push is read */
    BatchMapper(PushRequests requests, Clocks clocks, int maxUsers) {
        this.requests = requests;
        this.clocks = clocks;
        this.maxUsers = maxUsers;
    }

    HubPush toCore(PushMessageBatchRequest request) throws PushErrorException {
        if (request.hasAction()) {
            return action(
                    request.getRoomId(),
                    request.getMessageId(),
                    request.getUserIdsList(),
                    request.getExcludeUserIdsList(),
                    request.getAction());
        }
        PushOptions options = request.getOptions();
        return toCore(
                request.getRoomId(),
                request.getMessageId(),
                options.getMessageId(),
                options.getAckValue(),
                options.getDryRun(),
                request.hasOptions() ? options : null,
                request.getUserIdsList(),
                request.getExcludeUserIdsList(),
                request.hasContent(),
                requests.content(request.getContent()));
    }

    HubPush toCore(PushDraft draft) throws PushErrorException {
        ConnectionAction action = draft.action;
        if (action != null) {
            return action(draft.roomId, draft.messageId, draft.users, draft.excluded, action);
        }
        return toCore(
                draft.roomId,
                draft.messageId,
                draft.optionMessageId,
                draft.ack,
                draft.isDryRun,
                draft.handling(),
                draft.users,
                draft.excluded,
                draft.hasContent,
                draft.content(requests.stamp(draft.timestampMillis())));
    }

    private HubPush toCore(
            String roomId,
            String ownMessageId,
            String optionMessageId,
            int ack,
            boolean isDryRun,
            @Nullable PushOptions options,
            List<String> userIds,
            List<String> excludedUserIds,
            boolean hasContent,
            Content content)
            throws PushErrorException {
        Violations violations = new Violations();
        violations.checkOptionalId("room_id", roomId);
        violations.checkOptionalId("message_id", ownMessageId);
        violations.checkOptionalId("options.message_id", optionMessageId);
        Set<String> users = violations.distinctIds("user_ids", userIds, maxUsers);
        Set<String> excluded = violations.distinctIds("exclude_user_ids", excludedUserIds, Limits.MAX_EXCLUDED_USERS);
        violations.checkContent(hasContent, content);
        Handling handling = options == null ? Handling.NORMAL : HandlingMapper.toCore(options, clocks, violations);
        PushError error = violations.toError();
        if (error != null) {
            throw new PushErrorException(error);
        }
        String messageId = ownMessageId.isEmpty() ? optionMessageId : ownMessageId;
        return new HubPush(
                messageId.isEmpty() ? PushRequests.newMessageId() : messageId,
                new Target(roomId, users.isEmpty() ? List.of() : List.copyOf(users), Set.copyOf(excluded)),
                content,
                handling,
                ack == Ack.ACK_DELIVERED_VALUE,
                isDryRun ? Action.COUNT : null);
    }

    /** No push, whatever else it may look like. */
    private HubPush action(
            String roomId, String messageId, List<String> userIds, List<String> excludedUserIds, ConnectionAction proto)
            throws PushErrorException {
        PushError unknown = ActionMapper.unknown(proto);
        if (unknown != null) {
            throw new PushErrorException(unknown);
        }
        Violations violations = new Violations();
        violations.checkOptionalId("room_id", roomId);
        violations.checkOptionalId("message_id", messageId);
        Set<String> users = violations.distinctIds("user_ids", userIds, maxUsers);
        Set<String> excluded = violations.distinctIds("exclude_user_ids", excludedUserIds, Limits.MAX_EXCLUDED_USERS);
        Action action = ActionMapper.toCore(proto, violations);
        PushError error = violations.toError();
        if (error != null) {
            throw new PushErrorException(error);
        }
        Target target = new Target(roomId, List.copyOf(users), Set.copyOf(excluded));
        return new HubPush(messageId, target, action);
    }
}
