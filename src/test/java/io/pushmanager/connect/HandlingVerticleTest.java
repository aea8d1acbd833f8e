package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Time limits and priorities on the way to sockets that take everything. */
@ExtendWith(VertxExtension.class)
class HandlingVerticleTest {

    @Test
    void whatComesTooLateReachesNobodyAndIsNotRemembered(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=a&room_id=r")) {
            Handling over = Handling.of(Priority.NORMAL, Handling.expiry(System.nanoTime(), -1), "");
            HubPush late = new HubPush("m", Target.room("r"), Content.text("x", 1), over, true);

            assertThat(TestNode.await(node.report(late))).isEqualTo(new DeliveryCounts(1, 0, 0, 1, 0, 0, 0));
            assertThat(node.dropped("expired")).isEqualTo(1);
            assertThat(TestNode.await(node.report(late.withHandling(Handling.NORMAL)))
                            .written())
                    .isEqualTo(1);
            assertThat(TestNode.await(node.report(late))).isEqualTo(new DeliveryCounts(1, 0, 0, 0, 1, 0, 0));
            assertThat(client.readJson().getString("message_id")).isEqualTo("m");
        }
    }

    @Test
    void outputThatIsHeldBeyondItsTimeIsRecalled(Vertx vertx) {
        TestNode node = TestNode.start(
                vertx,
                "node.event-loops",
                "1",
                "node.flush.max-hold",
                "500ms",
                "node.flush.idle-percent",
                "0",
                "node.flush.busy-percent",
                "1");
        try (RawWebSocket client = node.open("?user_id=a&room_id=r&room_id=s");
                RawWebSocket other = node.open("?user_id=b&room_id=r")) {
            for (int i = 0; i < 20; i++) {
                node.push("warm" + i, Target.room("r"), "x"); // until output is held for long
            }
            Handling brief = Handling.of(Priority.NORMAL, Handling.expiry(System.nanoTime(), 50_000_000), "");
            Handling ample = Handling.of(Priority.NORMAL, Handling.expiry(System.nanoTime(), 60_000_000_000L), "");
            List<Future<DeliveryCounts>> reports = List.of(
                    node.report(push("first", "r", Handling.NORMAL)),
                    node.report(push("brief", "r", brief)),
                    node.report(push("ample", "s", ample)),
                    node.report(push("last", "r", Handling.NORMAL)));

            assertThat(TestNode.await(reports.get(1))).isEqualTo(new DeliveryCounts(2, 0, 0, 2, 0, 0, 0));
            assertThat(TestNode.await(reports.get(2))).isEqualTo(new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));
            assertThat(idsTo("last", client)).endsWith("first", "ample", "last").doesNotContain("brief");
            assertThat(idsTo("last", other)).endsWith("first", "last").doesNotContain("brief");
            assertThat(node.written()).isEqualTo(2 * 20 + 5);
            assertThat(node.dropped("expired")).isEqualTo(2);
        }
    }

    @Test
    void aHighPushOvertakesBatchesThatWait(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.event-loops", "1");
        Handling high = Handling.of(Priority.HIGH, Handling.NEVER, "");
        Handling low = Handling.of(Priority.LOW, Handling.NEVER, "");
        try (RawWebSocket client = node.open("?user_id=a&room_id=r")) {
            CountDownLatch mayGoOn = new CountDownLatch(1);
            node.hub
                    .slowest(1)
                    .onComplete(
                            onItsLoop -> { // which is busy from now on
                                try {
                                    mayGoOn.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            List<HubPush> waiting = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                waiting.add(push("low" + i, "r", low));
            }
            Future<List<HubAnswer>> lows = node.hub.deliverAll(waiting);
            Future<List<HubAnswer>> normals =
                    node.hub.deliverAll(List.of(push("n1", "r", Handling.NORMAL), push("n2", "r", Handling.NORMAL)));
            Future<List<HubAnswer>> highs = node.hub.deliverAll(List.of(push("h1", "r", high), push("h2", "r", high)));
            mayGoOn.countDown();

            TestNode.await(Future.all(lows, normals, highs));
            List<String> order = idsTo("low39", client);
            assertThat(order).startsWith("h1", "h2", "n1", "n2", "low0", "low1").hasSize(44);
        }
    }

    private static HubPush push(String id, String room, Handling handling) {
        return new HubPush(id, Target.room(room), Content.text("x", 1), handling, true);
    }

    private static List<String> idsTo(String last, RawWebSocket client) {
        List<String> ids = new ArrayList<>();
        while (!ids.contains(last)) {
            ids.add(client.readJson().getString("message_id"));
        }
        return ids;
    }
}
