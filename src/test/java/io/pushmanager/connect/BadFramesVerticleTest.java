package io.pushmanager.connect;

import static io.pushmanager.connect.RawWebSocket.BINARY;
import static io.pushmanager.connect.RawWebSocket.CLOSE;
import static io.pushmanager.connect.RawWebSocket.CONTINUATION;
import static io.pushmanager.connect.RawWebSocket.CONTINUATION_PART;
import static io.pushmanager.connect.RawWebSocket.PING;
import static io.pushmanager.connect.RawWebSocket.PONG;
import static io.pushmanager.connect.RawWebSocket.TEXT;
import static io.pushmanager.connect.RawWebSocket.TEXT_PART;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Target;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that break RFC 6455 or the limits, each closed with the code that says so while its neighbour is served. */
@ExtendWith(VertxExtension.class)
class BadFramesVerticleTest {

    private static final byte[] PING_COMMAND = "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    @Tag("bad-input-16")
    void unmaskedFrameCloses1002(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(TEXT, PING_COMMAND, false)))
                .isEqualTo(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x20, 0x10})
    @Tag("bad-input-16")
    void reservedBitCloses1002(int bit, Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(TEXT | bit, PING_COMMAND)))
                .isEqualTo(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x83, 0x87, 0x8B, 0x8F})
    @Tag("bad-input-16")
    void unknownOpcodeCloses1002(int firstByte, Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(firstByte, PING_COMMAND)))
                .isEqualTo(1002);
    }

    @Test
    @Tag("bad-input-16")
    void bigControlFrameCloses1002(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(PING, new byte[126])))
                .isEqualTo(1002);
    }

    @Test
    @Tag("bad-input-16")
    void fragmentedControlFrameCloses1002(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(0x09, new byte[0]))).isEqualTo(1002);
    }

    @Test
    @Tag("bad-input-16")
    void continuationOfNothingCloses1002(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(CONTINUATION, PING_COMMAND)))
                .isEqualTo(1002);
    }

    @Test
    @Tag("bad-input-16")
    void closeFrameWithABadCodeCloses1002(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(CLOSE, new byte[] {3, (byte) 0xEC})))
                .isEqualTo(1002);
    }

    @Test
    void binaryFrameCloses1003(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(BINARY, PING_COMMAND)))
                .isEqualTo(1003);
    }

    @Test
    @Tag("bad-input-17")
    void invalidUtf8Closes1007(Vertx vertx) {
        byte[] overlong = {'"', (byte) 0xC0, (byte) 0xAF, '"'};
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(TEXT, overlong))).isEqualTo(1007);
    }

    @Test
    @Tag("bad-input-17")
    void invalidUtf8OverFragmentsCloses1007(Vertx vertx) {
        byte[] half = {(byte) 0xE2, (byte) 0x82};
        byte[] bytes = join(RawWebSocket.frame(TEXT_PART, half), RawWebSocket.frame(CONTINUATION, new byte[] {'x'}));
        assertThat(closeCodeAfter(vertx, bytes)).isEqualTo(1007);
    }

    @Test
    @Tag("bad-input-17")
    void frameOverTheLimitCloses1009(Vertx vertx) {
        assertThat(closeCodeAfter(vertx, RawWebSocket.frame(TEXT, new byte[64 * 1024 + 1])))
                .isEqualTo(1009);
    }

    @Test
    @Tag("bad-input-17")
    void messageOverTheLimitCloses1009(Vertx vertx) {
        byte[] part = new byte[40 * 1024];
        byte[] bytes = join(RawWebSocket.frame(TEXT_PART, part), RawWebSocket.frame(CONTINUATION_PART, part));
        assertThat(closeCodeAfter(vertx, bytes)).isEqualTo(1009);
    }

    @Test
    @Tag("bad-input-17")
    void endlessEmptyFragmentsClose1009(Vertx vertx) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(RawWebSocket.frame(TEXT_PART, new byte[0]));
        for (int i = 0; i < 5_000; i++) {
            bytes.writeBytes(RawWebSocket.frame(CONTINUATION_PART, new byte[0]));
        }
        assertThat(closeCodeAfter(vertx, bytes.toByteArray())).isEqualTo(1009);
    }

    @Test
    @Tag("bad-input-17")
    void compressionIsNotNegotiated(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = RawWebSocket.connect(node.port())) {
            client.write(RawWebSocket.upgradeRequest(
                    "?user_id=u", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {PING, PONG})
    @Tag("bad-input-17")
    void floodOfControlFramesCloses1008(int firstByte, Vertx vertx) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            bytes.writeBytes(RawWebSocket.frame(firstByte, new byte[4]));
        }
        assertThat(closeCodeAfter(vertx, bytes.toByteArray())).isEqualTo(1008);
    }

    @Test
    @Tag("bad-input-18")
    void malformedAndUnknownCommandsGetErrorFrames(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            for (String bad : List.of(
                    "", "{", "[]", "null", "{\"id\":1}", "{\"type\":7}", "{\"type\":\"ping\"}{}", "[".repeat(5_000))) {
                client.text(bad);
                assertThat(client.readJson().getString("code")).as(bad).isEqualTo("MALFORMED");
                client.text("{\"type\":\"ping\"}"); // so that they are not in a row
                assertThat(client.readJson().getString("type")).isEqualTo("pong");
            }
            client.text("{\"type\":\"subscribe\",\"id\":\"a\\\"b\"}");
            JsonObject error = client.readJson();
            assertThat(error.fieldNames()).containsExactly("type", "id", "code", "message");
            assertThat(error.getString("code")).isEqualTo("UNKNOWN_COMMAND");
            assertThat(error.getString("id")).isEqualTo("a\"b");
        }
    }

    @Test
    @Tag("bad-input-18")
    void tenMalformedInARowClose1008(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            for (int i = 0; i < 10; i++) {
                client.text("nonsense");
            }
            for (int i = 0; i < 10; i++) {
                assertThat(client.readJson().getString("code")).isEqualTo("MALFORMED");
            }
            assertThat(client.readToClose()).isEqualTo(1008);
        }
    }

    @Test
    void moreCommandsThanAllowedClose1008(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            byte[] command = RawWebSocket.frame(TEXT, PING_COMMAND);
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int i = 0; i < 51; i++) {
                flood.writeBytes(command);
            }
            client.write(flood.toByteArray());
            for (int i = 0; i < 50; i++) {
                assertThat(client.readJson().getString("type")).isEqualTo("pong");
            }
            assertThat(client.readJson().getString("code")).isEqualTo("RATE_LIMITED");
            assertThat(client.readToClose()).isEqualTo(1008);
        }
    }

    @Test
    void fragmentsWithAPingBetweenThemMakeOneMessage(Vertx vertx) throws IOException {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            client.write(RawWebSocket.frame(TEXT_PART, "{\"type\":".getBytes(StandardCharsets.UTF_8)));
            client.write(RawWebSocket.frame(PING, new byte[] {1, 2}));
            client.write(RawWebSocket.frame(CONTINUATION, "\"ping\"}".getBytes(StandardCharsets.UTF_8)));
            RawWebSocket.Frame pong = client.read();
            assertThat(pong.opcode()).isEqualTo(10);
            assertThat(pong.payload()).containsExactly(1, 2);
            assertThat(client.readJson().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void saysTheClientsCloseCodeBack(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            client.write(RawWebSocket.frame(CLOSE, new byte[] {0x0F, (byte) 0xA7}));
            assertThat(client.readToClose()).isEqualTo(4007);
        }
    }

    /** What the node closes with when a welcome client sends this. Its neighbour still gets pushes, and nothing of it is left. */
    private static int closeCodeAfter(Vertx vertx, byte[] bytes) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket neighbour = node.open("?user_id=neighbour&room_id=r");
                RawWebSocket client = node.open("?user_id=u&room_id=r")) {
            client.tryWrite(bytes);
            int code = client.readToClose();
            assertThat(node.push("m", Target.room("r"), "still here").written()).isEqualTo(1);
            assertThat(neighbour.readJson().getString("message_id")).isEqualTo("m");
            return code;
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
