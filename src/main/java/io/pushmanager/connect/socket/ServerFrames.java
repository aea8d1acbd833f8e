package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.session.CommandError;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the node says to a client: the JSON text frames of the outward contract, field by field in its order. */
public final class ServerFrames {

    private ServerFrames() {}

    public static ByteBuf welcome(
            String sessionId, String nodeId, String userId, List<String> rooms, long pingIntervalMillis) {
        JsonText json = JsonText.begin();
        json.raw("{\"type\":\"welcome\",\"session_id\":").text(sessionId);
        json.raw(",\"node_id\":").text(nodeId);
        json.raw(",\"user_id\":").text(userId);
        json.raw(",\"rooms\":[");
        for (int i = 0; i < rooms.size(); i++) {
            json.raw(i == 0 ? "" : ",").text(rooms.get(i));
        }
        json.raw("],\"ping_interval_ms\":").number(pingIntervalMillis);
        return Frames.text(json.raw("}"));
    }

    public static ByteBuf joined(@Nullable String idJson, String roomId) {
        return Frames.text(
                answer("joined", idJson).raw(",\"room_id\":").text(roomId).raw("}"));
    }

    public static ByteBuf left(@Nullable String idJson, String roomId) {
        return Frames.text(
                answer("left", idJson).raw(",\"room_id\":").text(roomId).raw("}"));
    }

    public static ByteBuf pong(@Nullable String idJson) {
        return Frames.text(answer("pong", idJson).raw("}"));
    }

    public static ByteBuf error(@Nullable String idJson, CommandError code, String message) {
        JsonText json = answer("error", idJson).raw(",\"code\":").text(code.name());
        return Frames.text(json.raw(",\"message\":").text(message).raw("}"));
    }

    /** @param dropped pushes that the client did not get, since it was told last */
    static ByteBuf gap(long dropped) {
        JsonText json = JsonText.begin().raw("{\"type\":\"gap\",\"dropped\":");
        return Frames.text(json.number(dropped).raw(",\"reason\":\"slow_consumer\"}"));
    }

    public static ByteBuf drain(long reconnectAfterMillis) {
        JsonText json = JsonText.begin().raw("{\"type\":\"drain\",\"reconnect_after_ms\":");
        return Frames.text(json.number(reconnectAfterMillis).raw("}"));
    }

    /**
     * @param roomId empty unless the push is for a room
     * @param userId empty unless the push is for users
     */
    public static ByteBuf push(String messageId, String roomId, String userId, Content content) {
        JsonText json = JsonText.begin();
        json.raw("{\"type\":\"push\",\"message_id\":").text(messageId);
        if (!roomId.isEmpty()) {
            json.raw(",\"room_id\":").text(roomId);
        }
        if (!userId.isEmpty()) {
            json.raw(",\"user_id\":").text(userId);
        }
        json.raw(",\"content\":{\"type\":").text(content.type());
        json.raw(",\"data\":").text(content.data());
        json.raw(",\"timestamp\":").number(content.timestampMillis());
        json.raw(",\"metadata\":{");
        if (!content.metadata().isEmpty()) {
            metadata(json, content.metadata());
        }
        json.raw("}");
        if (content.binary().length > 0) {
            json.raw(",\"binary\":\"")
                    .raw(Base64.getEncoder().encodeToString(content.binary()))
                    .raw("\"");
        }
        return Frames.text(json.raw("}}"));
    }

    private static void metadata(JsonText json, Map<String, String> metadata) {
        boolean first = true;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            json.raw(first ? "" : ",").text(entry.getKey());
            json.raw(":").text(entry.getValue());
            first = false;
        }
    }

    private static JsonText answer(String type, @Nullable String idJson) {
        JsonText json = JsonText.begin().raw("{\"type\":").text(type);
        return idJson == null ? json : json.raw(",\"id\":").json(idJson);
    }
}
