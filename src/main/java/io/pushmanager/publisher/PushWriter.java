package io.pushmanager.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Priority;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Pushes → the JSON that docs/event-bus.md describes. <b>Thread:</b> any. */
final class PushWriter {

    private static final JsonFactory FACTORY = new JsonFactory();

    private PushWriter() {}

    /** An array of them. */
    static Buffer write(List<Push> pushes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 200 * pushes.size());
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            out.writeStartArray();
            for (Push push : pushes) {
                write(push, out);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    static Buffer write(Push push) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            write(push, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static void write(Push push, JsonGenerator out) throws IOException {
        out.writeStartObject();
        if (push.target() == Push.Target.EVERYONE) {
            out.writeBooleanField(push.target().field(), true);
        } else {
            out.writeStringField(push.target().field(), push.id());
        }
        out.writeObjectFieldStart("content");
        write(push.content(), out);
        out.writeEndObject();
        write(push.options(), out);
        out.writeEndObject();
    }

    private static void write(Content content, JsonGenerator out) throws IOException {
        out.writeStringField("type", content.type());
        out.writeStringField("data", content.data());
        if (content.timestampMillis() != 0) {
            out.writeNumberField("timestamp", content.timestampMillis());
        }
        if (!content.metadata().isEmpty()) {
            out.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
        if (content.binary().length > 0) {
            out.writeFieldName("binary");
            out.writeBinary(content.binary());
        }
    }

    private static void write(PushOptions options, JsonGenerator out) throws IOException {
        if (options.equals(PushOptions.defaults())) {
            return;
        }
        out.writeObjectFieldStart("options");
        if (!options.messageId().isEmpty()) {
            out.writeStringField("message_id", options.messageId());
        }
        if (options.ack() == AckLevel.DELIVERED) {
            out.writeStringField("ack", "ACK_DELIVERED");
        }
        if (options.priority() != Priority.NORMAL) {
            out.writeStringField("priority", "PRIORITY_" + options.priority().name());
        }
        if (!options.ttl().isZero()) {
            out.writeStringField("ttl", seconds(options.ttl()));
        }
        if (!options.conflationKey().isEmpty()) {
            out.writeStringField("conflation_key", options.conflationKey());
        }
        out.writeEndObject();
    }

    /** As protobuf writes a duration. */
    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .toPlainString()
                + "s";
    }
}
