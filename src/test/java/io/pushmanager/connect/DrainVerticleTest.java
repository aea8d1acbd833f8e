package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pushmanager.core.message.Target;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DrainVerticleTest {

    @Test
    void tellsClientsToGoAndEndsWhenTheyHave(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        RawWebSocket one = node.open("?user_id=a");
        RawWebSocket two = node.open("?user_id=b");
        Future<Void> drained = node.node.drain();

        for (RawWebSocket client : new RawWebSocket[] {one, two}) {
            JsonObject drain = client.readJson();
            assertThat(drain.fieldNames()).containsExactly("type", "reconnect_after_ms");
            assertThat(drain.getString("type")).isEqualTo("drain");
            assertThat(drain.getInteger("reconnect_after_ms")).isBetween(0, 1);
        }
        assertThat(drained.isComplete()).isFalse();
        one.close();
        two.close();
        TestNode.await(drained);
        assertThat(node.hub.stats().connections()).isZero();
    }

    @Test
    void spreadsTheTimesOverTheSocketsOfAllEventLoopsAtThePace(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.drain.connections-per-second", "20");
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(node.open("?user_id=u" + i));
        }
        Future<Void> drained = node.node.drain();
        List<Integer> times = new ArrayList<>();
        for (RawWebSocket client : clients) {
            times.add(client.readJson().getInteger("reconnect_after_ms"));
            client.close();
        }
        assertThat(times).containsExactlyInAnyOrder(0, 50, 100, 150, 200, 250, 300, 350, 400, 450);
        TestNode.await(drained);
    }

    @Test
    void tellsEachOfManySocketsOfAnEventLoop(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.event-loops", "1");
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            clients.add(node.open("?user_id=u" + i));
        }
        node.node.drain();
        Set<Integer> times = new HashSet<>();
        for (RawWebSocket client : clients) {
            times.add(client.readJson().getInteger("reconnect_after_ms"));
            client.close();
        }
        assertThat(times).hasSize(250).contains(0, 249);
    }

    @Test
    void aPaceThatTheGraceHasNoTimeForIsCompressedIntoIt(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.drain.connections-per-second", "1", "drain.socket-grace", "1s");
        List<RawWebSocket> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(node.open("?user_id=u" + i));
        }
        node.node.drain();
        List<Integer> times = new ArrayList<>();
        for (RawWebSocket client : clients) {
            times.add(client.readJson().getInteger("reconnect_after_ms"));
            client.close();
        }
        assertThat(times).containsExactlyInAnyOrder(0, 200, 400, 600);
    }

    @Test
    void refusesNewSocketsBeforeThoseThatAreThereAreTold(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket stays = node.open("?user_id=u");
                RawWebSocket late = RawWebSocket.connect(node.port())) {
            node.hub.refuseNewSockets();
            late.write(RawWebSocket.upgradeRequest("?user_id=v"));
            assertThat(late.readHead()).startsWith("HTTP/1.1 503");
            assertThat(node.push("m", Target.user("u"), "still").written()).isEqualTo(1);
            assertThat(stays.readJson().getString("message_id")).isEqualTo("m");
        }
    }

    @Test
    void deliversUntilTheGraceEndsAndThenCloses1001(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "drain.socket-grace", "1s", "node.handshake-timeout", "400ms");
        try (RawWebSocket client = node.open("?user_id=u")) {
            Future<Void> drained = node.node.drain();
            assertThat(client.readJson().getString("type")).isEqualTo("drain");
            assertThat(node.push("m", Target.user("u"), "still").written()).isEqualTo(1);
            assertThat(client.readJson().getString("message_id")).isEqualTo("m");
            assertThat(client.readToClose()).isEqualTo(1001);
            TestNode.await(drained); // the client does not close: it is given a moment
        }
    }

    @Test
    void takesNoNewSocketsMeanwhile(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket stays = node.open("?user_id=u");
                RawWebSocket late = RawWebSocket.connect(node.port())) {
            node.node.drain();
            assertThat(stays.readJson().getString("type")).isEqualTo("drain");
            late.write(RawWebSocket.upgradeRequest("?user_id=v"));
            assertThat(late.readHead()).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void stopClosesWhatIsLeftAndFreesThePort(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=u")) {
            TestNode.await(node.node.stop());
            assertThat(client.readToClose()).isEqualTo(1001);
        }
        TestNode again = TestNode.start(vertx, "node.http.port", String.valueOf(node.port()));
        assertThat(again.port()).isEqualTo(node.port());
    }

    @Test
    void portInUseIsNamed(Vertx vertx) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = String.valueOf(taken.getLocalPort());
            assertThatThrownBy(() -> TestNode.start(vertx, "node.http.port", port))
                    .hasStackTraceContaining("127.0.0.1:" + port)
                    .hasStackTraceContaining("already in use");
        }
    }
}
