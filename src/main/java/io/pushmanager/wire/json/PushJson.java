package io.pushmanager.wire.json;

import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Durations;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.Priority;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A push as JSON: {@code {"room_id"|"user_id"|"broadcast":true, "content":{…}, "options":{…}, "exclude_user_ids":[…]}}.
 *
 * <p>Fields have their proto names or protobuf's JSON names; unknown ones are ignored, null counts as absent. Only the
 * form is judged here; what the fields say is judged by {@link io.pushmanager.wire.PushRequests}, like any other push.
 *
 * <p><b>Thread:</b> any.
 */
public final class PushJson {

    private static final int UNKNOWN_ENUM = -1;

    private final PushOptions.Builder options = PushOptions.newBuilder();
    private final List<String> excluded = new ArrayList<>();
    private @Nullable String roomId;
    private @Nullable String userId;
    private boolean broadcast;
    private Content.@Nullable Builder content;

    private PushJson() {}

    /** What a document says, or why it says nothing. */
    public sealed interface Parsed {}

    public record Push(PushRequest request) implements Parsed {}

    public record Malformed(PushError error) implements Parsed {}

    /** @param error why none of it can be read; null when it can */
    public record Many(List<Parsed> pushes, @Nullable PushError error) {}

    public static Parsed parse(byte[] document) {
        try (JsonCursor in = new JsonCursor(document)) {
            PushJson push = new PushJson();
            in.document(name -> push.field(name, in));
            return push.toRequest();
        } catch (MalformedJsonException e) {
            return new Malformed(e.toError());
        }
    }

    /** The elements of an array, at most {@code most} of them; one that is JSON but no push does not spoil the others. */
    public static Many parseMany(byte[] document, int most) {
        List<Parsed> pushes = new ArrayList<>();
        try (JsonCursor in = new JsonCursor(document)) {
            in.documentOfMany(() -> {
                if (pushes.size() == most) {
                    throw in.malformed("is one push too many: " + most + " is the limit");
                }
                PushJson push = new PushJson();
                in.object(name -> push.field(name, in));
                pushes.add(push.toRequest());
            });
            return new Many(pushes, null);
        } catch (MalformedJsonException e) {
            return new Many(List.of(), e.toError());
        }
    }

    private boolean field(String name, JsonCursor in) {
        switch (name) {
            case "room_id", "roomId" -> roomId = in.text();
            case "user_id", "userId" -> userId = in.text();
            case "broadcast" -> broadcast = in.bool();
            case "exclude_user_ids", "excludeUserIds" -> in.array(() -> excluded.add(in.text()));
            case "content" -> {
                Content.Builder builder = Content.newBuilder();
                content = builder;
                in.object(field -> contentField(field, builder, in));
            }
            case "options" -> in.object(field -> optionsField(field, in));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean contentField(String name, Content.Builder content, JsonCursor in) {
        switch (name) {
            case "type" -> content.setType(in.text());
            case "data" -> content.setData(in.text());
            case "timestamp" -> content.setTimestamp(in.int64());
            case "binary" -> content.setBinary(UnsafeByteOperations.unsafeWrap(in.base64()));
            case "metadata" ->
                in.object(key -> {
                    content.putMetadata(key, in.text());
                    return true;
                });
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean optionsField(String name, JsonCursor in) {
        switch (name) {
            case "message_id", "messageId" -> options.setMessageId(in.text());
            case "ack" -> options.setAckValue(ack(in.enumValue()));
            case "priority" -> options.setPriorityValue(priority(in.enumValue()));
            case "ttl" -> options.setTtl(duration(in));
            case "dry_run", "dryRun" -> options.setDryRun(in.bool());
            case "conflation_key", "conflationKey" -> options.setConflationKey(in.text());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** With or without the prefix that proto style asks for. */
    private static int ack(String value) {
        return switch (value) {
            case "ACCEPTED", "ACK_ACCEPTED", "0" -> Ack.ACK_ACCEPTED_VALUE;
            case "DELIVERED", "ACK_DELIVERED", "1" -> Ack.ACK_DELIVERED_VALUE;
            default -> UNKNOWN_ENUM;
        };
    }

    private static int priority(String value) {
        return switch (value) {
            case "NORMAL", "PRIORITY_NORMAL", "0" -> Priority.PRIORITY_NORMAL_VALUE;
            case "HIGH", "PRIORITY_HIGH", "1" -> Priority.PRIORITY_HIGH_VALUE;
            case "LOW", "PRIORITY_LOW", "2" -> Priority.PRIORITY_LOW_VALUE;
            default -> UNKNOWN_ENUM;
        };
    }

    private static Duration duration(JsonCursor in) {
        String text = in.text();
        try {
            return Durations.parse(text);
        } catch (ParseException e) {
            throw in.malformed("must be seconds such as \"1.5s\"");
        }
    }

    private Parsed toRequest() {
        int targets = (roomId != null ? 1 : 0) + (userId != null ? 1 : 0) + (broadcast ? 1 : 0);
        if (targets != 1) {
            return new Malformed(PushError.invalid(
                    targets == 0 ? "room_id" : "broadcast",
                    "exactly one of room_id, user_id, broadcast must be given"));
        }
        if (roomId == null && !excluded.isEmpty()) {
            return new Malformed(PushError.invalid("exclude_user_ids", "goes with room_id only"));
        }
        PushRequest.Builder request = PushRequest.newBuilder();
        if (roomId != null) {
            PushToRoomRequest.Builder room = request.getRoomBuilder()
                    .setRoomId(roomId)
                    .setOptions(options)
                    .addAllExcludeUserIds(excluded);
            if (content != null) {
                room.setContent(content);
            }
        } else if (userId != null) {
            PushToUserRequest.Builder user =
                    request.getUserBuilder().setUserId(userId).setOptions(options);
            if (content != null) {
                user.setContent(content);
            }
        } else {
            BroadcastMessageRequest.Builder everyone =
                    request.getBroadcastBuilder().setOptions(options);
            if (content != null) {
                everyone.setContent(content);
            }
        }
        return new Push(request.build());
    }
}
