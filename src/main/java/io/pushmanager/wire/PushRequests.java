package io.pushmanager.wire;

import com.github.f4b6a3.ulid.UlidCreator;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request, by whatever way it came → a validated {@link PushMessage}, or everything that is wrong with it.
 *
 * <p>The one place where pushes are validated: gRPC, HTTP and the event bus all come through here. Unknown enum values
 * count as the default.
 *
 * <p><b>Thread:</b> any.
 */
public final class PushRequests {

    private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Clocks clocks;

    public PushRequests(Clocks clocks) {
        this.clocks = clocks;
    }

    /**
     * What is known of a push beside its message.
     *
     * @param deadlineNanos on the monotonic clock
     * @param traceparent as the caller sent it; anything that is not one is dropped
     */
    public record Arrival(
            Api api, long deadlineNanos, @Nullable String traceparent) {}

    /** A push that may go on its way, or why it may not. */
    public sealed interface Checked {}

    public record Valid(PushMessage message) implements Checked {}

    public record Invalid(PushError error) implements Checked {}

    public Checked room(PushToRoomRequest request, Arrival arrival) {
        Violations violations = new Violations();
        violations.requireId("room_id", request.getRoomId());
        Set<String> excluded =
                violations.distinctIds("exclude_user_ids", request.getExcludeUserIdsList(), Limits.MAX_EXCLUDED_USERS);
        Content content = content(request.getContent());
        violations.checkContent(request.hasContent(), content);
        return checked(violations, Target.room(request.getRoomId(), excluded), content, request.getOptions(), arrival);
    }

    public Checked user(PushToUserRequest request, Arrival arrival) {
        Violations violations = new Violations();
        violations.requireId("user_id", request.getUserId());
        Content content = content(request.getContent());
        violations.checkContent(request.hasContent(), content);
        return checked(violations, Target.user(request.getUserId()), content, request.getOptions(), arrival);
    }

    public Checked broadcast(BroadcastMessageRequest request, Arrival arrival) {
        Violations violations = new Violations();
        Content content = content(request.getContent());
        violations.checkContent(request.hasContent(), content);
        return checked(violations, Target.everyone(), content, request.getOptions(), arrival);
    }

    /** An item of a stream, or a push that came as JSON. */
    public Checked item(PushRequest request, Arrival arrival) {
        return switch (request.getPushCase()) {
            case ROOM -> room(request.getRoom(), arrival);
            case USER -> user(request.getUser(), arrival);
            case BROADCAST -> broadcast(request.getBroadcast(), arrival);
            case PUSH_NOT_SET -> new Invalid(PushError.invalid("push", "must be one of room, user or broadcast"));
        };
    }

    /** The compact form of {@code protocol.PushServer}. */
    public Checked compact(BroadCastReq request, Arrival arrival) {
        if (!request.hasProto()) {
            return new Invalid(PushError.invalid("proto", "must be set"));
        }
        Proto proto = request.getProto();
        Violations violations = new Violations();
        violations.checkOptionalId("proto.roomid", proto.getRoomid());
        violations.checkOptionalId("proto.userid", proto.getUserid());
        Content content = compactContent(proto);
        if (content.binary().length > Limits.MAX_CONTENT_BYTES) {
            violations.add("proto.body", "is over the limit of " + Limits.MAX_CONTENT_BYTES + " bytes");
        }
        return checked(violations, compactTarget(proto), content, PushOptions.getDefaultInstance(), arrival);
    }

    /** Room, user, that user in that room, or everyone. */
    public static Target compactTarget(Proto proto) {
        List<String> users = proto.getUserid().isEmpty() ? List.of() : List.of(proto.getUserid());
        return new Target(proto.getRoomid(), users, Set.of());
    }

    /** What clients get for a {@code Proto}: type RAW, the body, and its three numbers as metadata. */
    public Content compactContent(Proto proto) {
        Map<String, String> numbers = Map.of(
                "ver", Integer.toString(proto.getVer()),
                "op", Integer.toString(proto.getOp()),
                "seq", Integer.toString(proto.getSeq()));
        return new Content(
                "RAW", "", clocks.currentTimeMillis(), numbers, proto.getBody().toByteArray());
    }

    /** Stamped now, unless the caller stamped it. */
    public Content content(io.pushmanager.proto.pubsub.Content proto) {
        return ContentMapper.toCore(proto, stamp(proto.getTimestamp()));
    }

    /** Now, unless the caller has stamped it. */
    public long stamp(long timestampMillis) {
        return timestampMillis != 0 ? timestampMillis : clocks.currentTimeMillis();
    }

    private Checked checked(
            Violations violations, Target target, Content content, PushOptions options, Arrival arrival) {
        violations.checkOptionalId("options.message_id", options.getMessageId());
        Handling handling = HandlingMapper.toCore(options, clocks, violations);
        PushError error = violations.toError();
        if (error != null) {
            return new Invalid(error);
        }
        boolean callerChoseId = !options.getMessageId().isEmpty();
        String id = callerChoseId ? options.getMessageId() : newMessageId();
        boolean dryRun = options.getDryRun();
        AckLevel ack = options.getAck() == Ack.ACK_DELIVERED || dryRun ? AckLevel.DELIVERED : AckLevel.ACCEPTED;
        PushMessage message = PushMessage.of(
                id,
                callerChoseId,
                arrival.api(),
                target,
                content,
                ack,
                arrival.deadlineNanos(),
                traceparent(arrival.traceparent()),
                clocks.nanoTime(),
                dryRun ? Action.COUNT : null);
        // A dry run neither takes the place of a push that waits nor leaves its own to one.
        return new Valid(handling.isPlain() || dryRun ? message : message.withHandling(handling));
    }

    /**
     * An action of an operator, for every connection of a user.
     *
     * @param messageId the caller's; empty for none
     * @param violations what is wrong with the rest of the request
     */
    Checked action(Violations violations, String userId, String messageId, Action action, Arrival arrival) {
        violations.requireId("user_id", userId);
        violations.checkOptionalId("message_id", messageId);
        PushError error = violations.toError();
        if (error != null) {
            return new Invalid(error);
        }
        return new Valid(PushMessage.of(
                messageId.isEmpty() ? newMessageId() : messageId,
                !messageId.isEmpty(),
                arrival.api(),
                Target.user(userId),
                Content.none(),
                AckLevel.DELIVERED,
                arrival.deadlineNanos(),
                traceparent(arrival.traceparent()),
                clocks.nanoTime(),
                action));
    }

    private static @Nullable String traceparent(@Nullable String header) {
        return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
    }

    /** For a push whose caller has not named it: clients tell frames apart by it. */
    public static String newMessageId() {
        return UlidCreator.getMonotonicUlid().toString();
    }
}
