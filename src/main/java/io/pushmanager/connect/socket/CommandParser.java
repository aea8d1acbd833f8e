package io.pushmanager.connect.socket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pushmanager.connect.socket.ClientCommand.Kind;
import io.pushmanager.core.session.ClientIds;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object a frame. Unknown fields are skipped, whatever they hold; a field given twice is an error.
 *
 * <p><b>Bound:</b> nesting and number length, before anything is allocated for them. <b>Failure:</b> a value,
 * {@link Kind#MALFORMED}.
 */
public final class CommandParser {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(64)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from outside
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private CommandParser() {}

    public static ClientCommand parse(ByteBuf utf8) {
        try (JsonParser parser = JSON.createParser(ByteBufUtil.getBytes(utf8))) {
            return parse(parser);
        } catch (IOException e) {
            return ClientCommand.MALFORMED;
        }
    }

    private static ClientCommand parse(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return ClientCommand.MALFORMED;
        }
        String type = null;
        String idJson = null;
        String roomId = "";
        boolean badId = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "type" -> type = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "room_id" -> roomId = value == JsonToken.VALUE_STRING ? parser.getText() : "";
                case "id" -> {
                    idJson = idOf(parser, value);
                    badId = idJson == null && value != JsonToken.VALUE_NULL;
                }
                default -> {}
            }
            parser.skipChildren();
        }
        if (parser.nextToken() != null || type == null || badId) {
            return new ClientCommand(Kind.MALFORMED, idJson, "");
        }
        return new ClientCommand(kindOf(type), idJson, roomId);
    }

    private static Kind kindOf(String type) {
        return switch (type) {
            case "join" -> Kind.JOIN;
            case "leave" -> Kind.LEAVE;
            case "ping" -> Kind.PING;
            default -> Kind.UNKNOWN;
        };
    }

    /** A number as it was written, or a short string without control characters. */
    private static @Nullable String idOf(JsonParser parser, JsonToken value) throws IOException {
        if (value.isNumeric()) {
            return parser.getText();
        }
        if (value == JsonToken.VALUE_STRING && ClientIds.isValid(parser.getText())) {
            return '"' + parser.getText().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        return null;
    }
}
