package io.pushmanager.connect.socket;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.session.CommandError;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the node says to a client: the JSON text frames of the outward contract, field by field in its order. */
public final class ServerFrames {

    private static final int SMALL = 160;

    private ServerFrames() {}

    public static ByteBuf welcome(
            String sessionId, String nodeId, String userId, List<String> rooms, long pingIntervalMillis) {
        return Frames.text(SMALL + 32 * rooms.size(), json -> {
            json.writeStringField("type", "welcome");
            json.writeStringField("session_id", sessionId);
            json.writeStringField("node_id", nodeId);
            json.writeStringField("user_id", userId);
            json.writeArrayFieldStart("rooms");
            for (String room : rooms) {
                json.writeString(room);
            }
            json.writeEndArray();
            json.writeNumberField("ping_interval_ms", pingIntervalMillis);
        });
    }

    public static ByteBuf joined(@Nullable String idJson, String roomId) {
        return answer("joined", idJson, roomId);
    }

    public static ByteBuf left(@Nullable String idJson, String roomId) {
        return answer("left", idJson, roomId);
    }

    public static ByteBuf pong(@Nullable String idJson) {
        return Frames.text(SMALL, json -> {
            json.writeStringField("type", "pong");
            writeId(json, idJson);
        });
    }

    public static ByteBuf error(@Nullable String idJson, CommandError code, String message) {
        return Frames.text(SMALL, json -> {
            json.writeStringField("type", "error");
            writeId(json, idJson);
            json.writeStringField("code", code.name());
            json.writeStringField("message", message);
        });
    }

    public static ByteBuf drain(long reconnectAfterMillis) {
        return Frames.text(SMALL, json -> {
            json.writeStringField("type", "drain");
            json.writeNumberField("reconnect_after_ms", reconnectAfterMillis);
        });
    }

    /**
     * @param roomId empty unless the push is for a room
     * @param userId empty unless the push is for users
     */
    public static ByteBuf push(String messageId, String roomId, String userId, Content content) {
        int size = SMALL + messageId.length() + roomId.length() + userId.length() + content.sizeBytes();
        return Frames.text(size + content.binary().length / 3, json -> {
            json.writeStringField("type", "push");
            json.writeStringField("message_id", messageId);
            if (!roomId.isEmpty()) {
                json.writeStringField("room_id", roomId);
            }
            if (!userId.isEmpty()) {
                json.writeStringField("user_id", userId);
            }
            json.writeObjectFieldStart("content");
            writeContent(json, content);
            json.writeEndObject();
        });
    }

    private static void writeContent(JsonGenerator json, Content content) throws IOException {
        json.writeStringField("type", content.type());
        json.writeStringField("data", content.data());
        json.writeNumberField("timestamp", content.timestampMillis());
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        if (content.binary().length > 0) {
            json.writeBinaryField("binary", content.binary());
        }
    }

    private static ByteBuf answer(String type, @Nullable String idJson, String roomId) {
        return Frames.text(SMALL + roomId.length(), json -> {
            json.writeStringField("type", type);
            writeId(json, idJson);
            json.writeStringField("room_id", roomId);
        });
    }

    private static void writeId(JsonGenerator json, @Nullable String idJson) throws IOException {
        if (idJson != null) {
            json.writeFieldName("id");
            json.writeRawValue(idJson);
        }
    }
}
