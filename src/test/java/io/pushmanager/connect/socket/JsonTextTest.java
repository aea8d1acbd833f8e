package io.pushmanager.connect.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pushmanager.core.message.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    private static final JsonFactory JACKSON = new JsonFactory();

    @Test
    void escapesEveryCharacterAsJacksonDoes() throws IOException {
        for (int c = 0; c <= 0xFFFF; c++) {
            assertSame("a" + (char) c + "b");
        }
    }

    @Test
    void escapesAnyTextAsJacksonDoes() throws IOException {
        long seed = 20_261_121;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            assertSame(text(random, random.nextInt(round % 100 == 0 ? 5_000 : 60)));
        }
    }

    @Test
    void writesAPushAsJacksonDoes() throws IOException {
        Random random = new Random(20_261_122);
        for (int round = 0; round < 500; round++) {
            Map<String, String> metadata = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                metadata.put(text(random, 8), text(random, 8));
            }
            byte[] binary = new byte[random.nextInt(3) * random.nextInt(200)];
            random.nextBytes(binary);
            Content content = new Content(
                    text(random, 5), text(random, random.nextInt(300)), random.nextLong(), metadata, binary);
            String id = text(random, 26);
            String room = text(random, random.nextInt(2) * 9);
            String user = text(random, random.nextInt(2) * 9);

            assertThat(payload(ServerFrames.push(id, room, user, content)))
                    .as("round %d", round)
                    .isEqualTo(jackson(id, room, user, content));
        }
    }

    @Test
    void forgetsAnArrayThatWasLarge() {
        JsonText.begin().text("x".repeat(1_000_000));

        assertThat(JsonText.begin().text("y").length()).isEqualTo(3);
    }

    private static void assertSame(String text) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (JsonGenerator json = JACKSON.createGenerator(expected)) {
            json.writeString(text);
        }
        ByteBuf frame = Frames.text(JsonText.begin().text(text));
        assertThat(payload(frame))
                .as("text of %s", HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE)))
                .isEqualTo(expected.toByteArray());
    }

    private static byte[] jackson(String id, String room, String user, Content content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JACKSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("type", "push");
            json.writeStringField("message_id", id);
            if (!room.isEmpty()) {
                json.writeStringField("room_id", room);
            }
            if (!user.isEmpty()) {
                json.writeStringField("user_id", user);
            }
            json.writeObjectFieldStart("content");
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
            json.writeEndObject();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /** Of a text frame, which is released. */
    private static byte[] payload(ByteBuf frame) {
        byte[] bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        int header = bytes[1] < 0x7E ? 2 : bytes[1] == 0x7E ? 4 : 10;
        int length = header == 2
                ? bytes[1]
                : header == 4
                        ? (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF
                        : (bytes[6] & 0xFF) << 24 | (bytes[7] & 0xFF) << 16 | (bytes[8] & 0xFF) << 8 | bytes[9] & 0xFF;
        assertThat(bytes[0] & 0xFF).isEqualTo(0x81);
        assertThat(bytes).hasSize(header + length);
        return Arrays.copyOfRange(bytes, header, bytes.length);
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x30));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }
}
