package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may open a WebSocket, and what the others are told. */
@ExtendWith(VertxExtension.class)
class AdmissionVerticleTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "http://localhost.evil.example"})
    @Tag("bad-input-14")
    void foreignOriginGets403BeforeTheUpgrade(String origin, Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        assertThat(answerTo(node, "?user_id=u", "Origin: " + origin)).startsWith("HTTP/1.1 403");
        assertThat(node.hub.stats().connections()).isZero();
    }

    @Test
    @Tag("bad-input-14")
    void ownHostListedOriginAndNoOriginAreLetIn(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.allowed-origins", "https://app.example");
        assertThat(answerTo(node, "?user_id=u", "Origin: http://localhost")).startsWith("HTTP/1.1 101");
        assertThat(answerTo(node, "?user_id=u", "Origin: https://app.example")).startsWith("HTTP/1.1 101");
        assertThat(answerTo(node, "?user_id=u")).startsWith("HTTP/1.1 101");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?user_id=", "?user_id=a%00b", "?user_id=%zz", "?user_id=a%ff", "?room_id=r"})
    void noGoodUserIsUpgradedAndClosed1008(String query, Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = RawWebSocket.upgraded(node.port(), query)) {
            assertThat(client.readToClose()).isEqualTo(1008);
        }
    }

    @Test
    void userOf257BytesIsClosed1008(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = RawWebSocket.upgraded(node.port(), "?user_id=" + "a".repeat(257))) {
            assertThat(client.readToClose()).isEqualTo(1008);
        }
    }

    @Test
    void hundredLongRoomsFitIntoTheRequest(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        StringBuilder query = new StringBuilder("?user_id=u");
        for (int i = 0; i < 100; i++) {
            query.append("&room_id=").append("%C3%A9".repeat(126)).append(1000 + i);
        }
        try (RawWebSocket client = RawWebSocket.upgraded(node.port(), query.toString())) {
            assertThat(client.readJson().getJsonArray("rooms")).hasSize(100);
        }
    }

    @Test
    void oneConnectionTooManyOfAUserIsClosed1008(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.sockets-per-user", "2");
        RawWebSocket one = node.open("?user_id=u");
        try (RawWebSocket two = node.open("?user_id=u");
                RawWebSocket three = RawWebSocket.upgraded(node.port(), "?user_id=u")) {
            assertThat(three.readToClose()).isEqualTo(1008);
            one.close();
            Awaitility.await().untilAsserted(() -> assertThat(node.hub.stats().connections())
                    .isEqualTo(1));
            node.open("?user_id=u").close();
            two.text("{\"type\":\"ping\"}");
            assertThat(two.readJson().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void fullNodeAnswers503AndRecovers(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.max-connections", "1");
        try (RawWebSocket only = node.open("?user_id=u")) {
            assertThat(answerTo(node, "?user_id=v")).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after");
            only.text("{\"type\":\"ping\"}");
            assertThat(only.readJson().getString("type")).isEqualTo("pong");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(answerTo(node, "?user_id=v")).startsWith("HTTP/1.1 101"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /ws?user_id=u HTTP/1.1\r\nHost: a\r\nUpgrade: webs"})
    void unfinishedHandshakeIsClosed(String sent, Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.handshake-timeout", "300ms");
        try (RawWebSocket client = RawWebSocket.connect(node.port())) {
            client.write(sent.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readHead()).isEmpty(); // the end of the stream, well before the read times out
        }
    }

    @Test
    void silentClientIsPingedAndThenClosed4101(Vertx vertx) throws Exception {
        TestNode node = TestNode.start(vertx, "node.ping-interval", "200ms", "node.pong-timeout", "300ms");
        try (RawWebSocket client = node.open("?user_id=u")) {
            assertThat(client.read().opcode()).isEqualTo(9);
            client.write(RawWebSocket.frame(RawWebSocket.PONG, new byte[0]));
            assertThat(client.read().opcode()).isEqualTo(9);
            assertThat(client.readToClose()).isEqualTo(4101);
        }
    }

    @Test
    void badHandshakesAreRefused(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        String head = "GET /ws?user_id=u HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        assertThat(raw(node, head + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                .startsWith("HTTP/1.1 426")
                .containsIgnoringCase("sec-websocket-version: 13");
        assertThat(raw(node, head + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw(node, head + "Sec-WebSocket-Version: 13\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(answerTo(node, "?user_id=u")).containsIgnoringCase("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455, 1.3
    }

    private static String answerTo(TestNode node, String query, String... headers) {
        return raw(node, new String(RawWebSocket.upgradeRequest(query, headers), StandardCharsets.ISO_8859_1));
    }

    private static String raw(TestNode node, String request) {
        try (RawWebSocket client = RawWebSocket.connect(node.port())) {
            client.write(request.getBytes(StandardCharsets.ISO_8859_1));
            return client.readHead();
        }
    }
}
