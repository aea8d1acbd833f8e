package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WebSocket protocol of the outward contract, spoken by clients that keep to it. */
@ExtendWith(VertxExtension.class)
class ProtocolVerticleTest {

    @Test
    void welcomesAfterJoiningTheRoomsNamed(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client =
                RawWebSocket.upgraded(node.port(), "?user_id=user-001&user_name=Alice&room_id=r1&room_id=r%202")) {
            JsonObject welcome = client.readJson();

            assertThat(welcome.fieldNames())
                    .containsExactly("type", "session_id", "node_id", "user_id", "rooms", "ping_interval_ms");
            assertThat(welcome.getString("type")).isEqualTo("welcome");
            assertThat(welcome.getString("session_id")).isNotEmpty();
            assertThat(welcome.getString("node_id")).isEqualTo("node-1");
            assertThat(welcome.getString("user_id")).isEqualTo("user-001");
            assertThat(welcome.getJsonArray("rooms")).containsExactly("r1", "r 2");
            assertThat(welcome.getInteger("ping_interval_ms")).isEqualTo(25_000);
        }
    }

    @Test
    void servesAVertxClientWholeConversations(Vertx vertx) throws Exception {
        TestNode node = TestNode.start(vertx);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocketClient client = vertx.createWebSocketClient();
        WebSocket socket = TestNode.await(client.connect(node.port(), "127.0.0.1", "/ws?user_id=u1")
                .onSuccess(opened -> opened.textMessageHandler(received::add)));

        assertThat(received.poll(5, TimeUnit.SECONDS)).startsWith("{\"type\":\"welcome\"");
        socket.writeTextMessage("{\"id\":1,\"type\":\"join\",\"room_id\":\"room-001\"}");
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isEqualTo("{\"type\":\"joined\",\"id\":1,\"room_id\":\"room-001\"}");
        assertThat(node.push("m1", Target.room("room-001"), "Hello").written()).isEqualTo(1);
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isEqualTo("{\"type\":\"push\",\"message_id\":\"m1\",\"room_id\":\"room-001\",\"content\":"
                        + "{\"type\":\"TEXT\",\"data\":\"Hello\",\"timestamp\":1234567890,\"metadata\":{}}}");
        socket.writeTextMessage("{\"id\":\"two\",\"type\":\"leave\",\"room_id\":\"room-001\"}");
        assertThat(received.poll(5, TimeUnit.SECONDS))
                .isEqualTo("{\"type\":\"left\",\"id\":\"two\",\"room_id\":\"room-001\"}");
        assertThat(node.push("m2", Target.room("room-001"), "Hello").matched()).isZero();
        TestNode.await(socket.close());
        TestNode.await(client.close());
    }

    @Test
    void answersEveryCommandWithItsId(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u1")) {
            client.text("{\"type\":\"ping\",\"id\":3,\"unknown\":{\"a\":[1,{}]}}");
            assertThat(client.readJson().encode()).isEqualTo("{\"type\":\"pong\",\"id\":3}");
            client.text("{\"type\":\"ping\"}");
            assertThat(client.readJson().encode()).isEqualTo("{\"type\":\"pong\"}");
            client.text("{\"type\":\"join\",\"id\":4,\"room_id\":\"a\"}");
            client.text("{\"type\":\"join\",\"id\":5,\"room_id\":\"a\"}");
            assertThat(client.readJson().getString("type")).isEqualTo("joined");
            assertThat(client.readJson().encode()).isEqualTo("{\"type\":\"joined\",\"id\":5,\"room_id\":\"a\"}");
            client.text("{\"type\":\"leave\",\"id\":6,\"room_id\":\"never joined\"}");
            assertThat(client.readJson().encode())
                    .isEqualTo("{\"type\":\"left\",\"id\":6,\"room_id\":\"never joined\"}");
            client.text("{\"type\":\"join\",\"id\":7,\"room_id\":\"\"}");
            JsonObject error = client.readJson();
            assertThat(error.getString("code")).isEqualTo("INVALID_ROOM");
            assertThat(error.getInteger("id")).isEqualTo(7);
        }
    }

    @Test
    void limitsTheRoomsOfASocket(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.rooms-per-socket", "2");
        try (RawWebSocket client = RawWebSocket.upgraded(node.port(), "?user_id=u&room_id=a&room_id=b&room_id=c")) {
            assertThat(client.readJson().getJsonArray("rooms")).containsExactly("a", "b");
            assertThat(client.readJson().getString("code")).isEqualTo("TOO_MANY_ROOMS");
            client.text("{\"type\":\"join\",\"id\":1,\"room_id\":\"c\"}");
            assertThat(client.readJson().getString("code")).isEqualTo("TOO_MANY_ROOMS");
            client.text("{\"type\":\"join\",\"id\":2,\"room_id\":\"a\"}");
            assertThat(client.readJson().getString("type")).isEqualTo("joined");
        }
    }

    @Test
    void readsFramesThatCameWithTheUpgradeRequest(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = RawWebSocket.connect(node.port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(RawWebSocket.upgradeRequest("?user_id=u1"));
            byte[] ping = "{\"type\":\"ping\",\"id\":1}".getBytes(StandardCharsets.UTF_8);
            all.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, ping));
            all.writeBytes(RawWebSocket.frame(RawWebSocket.TEXT, ping));
            client.write(all.toByteArray());

            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            assertThat(client.readJson().getString("type")).isEqualTo("welcome");
            assertThat(client.readJson().getString("type")).isEqualTo("pong");
            assertThat(client.readJson().getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void reachesUsersRoomsAndEveryoneOnceEach(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket a1 = node.open("?user_id=a&room_id=x&room_id=y");
                RawWebSocket a2 = node.open("?user_id=a&room_id=x");
                RawWebSocket b = node.open("?user_id=b&room_id=x")) {
            assertThat(node.push("1", Target.room("x", Set.of("b")), "room").written())
                    .isEqualTo(2);
            assertThat(node.push("2", Target.user("a"), "user").written()).isEqualTo(2);
            assertThat(node.push("3", Target.userInRoom("a", "y"), "user in room")
                            .written())
                    .isEqualTo(1);
            assertThat(node.push("4", Target.everyone(), "all").written()).isEqualTo(3);
            assertThat(node.push("5", Target.user("nobody"), "none").matched()).isZero();

            assertThat(a1.readJson().getString("room_id")).isEqualTo("x");
            JsonObject toUser = a1.readJson();
            assertThat(toUser.fieldNames()).containsExactly("type", "message_id", "user_id", "content");
            assertThat(toUser.getString("user_id")).isEqualTo("a");
            JsonObject toUserInRoom = a1.readJson();
            assertThat(toUserInRoom.fieldNames()).containsExactly("type", "message_id", "user_id", "content");
            assertThat(a1.readJson().fieldNames()).containsExactly("type", "message_id", "content");
            assertThat(a2.readJson().getString("message_id")).isEqualTo("1");
            assertThat(a2.readJson().getString("message_id")).isEqualTo("2");
            assertThat(a2.readJson().getString("message_id")).isEqualTo("4");
            assertThat(b.readJson().getString("message_id")).isEqualTo("4");
        }
    }

    @Test
    void sendsBinaryAndMetadataWhenSet(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            Content content = new Content("RAW", "", 5, Map.of("seq", "1"), new byte[] {0, (byte) 0xFF, 7});
            TestNode.await(node.hub.deliver(new HubPush("m", Target.user("u"), content)));

            assertThat(client.readJson().getJsonObject("content").encode())
                    .isEqualTo(
                            "{\"type\":\"RAW\",\"data\":\"\",\"timestamp\":5,\"metadata\":{\"seq\":\"1\"},\"binary\":\"AP8H\"}");
        }
    }

    @Test
    void sendsFramesOfEveryLengthWhole(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            for (int length : new int[] {0, 1, 20, 60, 125, 126, 1_000, 65_400, 65_536, 200_000}) {
                String text = "é".repeat(length);
                node.push("m" + length, Target.user("u"), text);
                assertThat(client.readJson().getJsonObject("content").getString("data"))
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void repeatReachesOnlyWhoCameSince(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket early = node.open("?user_id=a&room_id=x")) {
            assertThat(node.push("m", Target.room("x"), "once").written()).isEqualTo(1);
            try (RawWebSocket late = node.open("?user_id=b&room_id=x")) {
                DeliveryCounts repeat = node.push("m", Target.room("x"), "once");
                assertThat(repeat).isEqualTo(new DeliveryCounts(2, 1, 0, 0, 1, 0, 0));
                assertThat(late.readJson().getString("message_id")).isEqualTo("m");
            }
            node.push("next", Target.room("x"), "next");
            assertThat(early.readJson().getString("message_id")).isEqualTo("m");
            assertThat(early.readJson().getString("message_id")).isEqualTo("next");
        }
    }

    @Test
    void refusesAnIdUsedWithOtherContent(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        node.push("m", Target.room("x"), "one");
        HubAnswer answer = node.answer("m", Target.room("x"), "another");
        assertThat(answer).isInstanceOfSatisfying(HubAnswer.Refused.class, refused -> assertThat(
                        refused.error().code())
                .isEqualTo(ErrorCode.ALREADY_EXISTS));
    }

    @Test
    void keepsTheOrderOfCalls(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u&room_id=x")) {
            for (int i = 0; i < 500; i++) {
                node.hub.deliver(new HubPush("m" + i, Target.room("x"), Content.text("t", 1)));
            }
            for (int i = 0; i < 500; i++) {
                assertThat(client.readJson().getString("message_id")).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void countsConnectionsRoomsAndUsersOverAllLoops(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        RawWebSocket one = node.open("?user_id=a&room_id=x");
        RawWebSocket two = node.open("?user_id=a&room_id=x&room_id=y");
        RawWebSocket three = node.open("?user_id=b");
        assertThat(node.hub.stats().connections()).isEqualTo(3);
        assertThat(node.hub.stats().rooms()).isEqualTo(2);
        assertThat(node.hub.stats().users()).isEqualTo(2);
        assertThat(node.registry.get("connect_node_connections").gauge().value())
                .isEqualTo(3);
        for (RawWebSocket client : new RawWebSocket[] {one, two, three}) {
            client.close();
        }
        Awaitility.await().untilAsserted(() -> {
            assertThat(node.hub.stats().connections()).isZero();
            assertThat(node.hub.stats().rooms()).isZero();
            assertThat(node.hub.stats().users()).isZero();
        });
    }
}
