package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A socket that does not keep up ends alone. */
@ExtendWith(VertxExtension.class)
class SlowSocketVerticleTest {

    private static final String LARGE = "x".repeat(100_000);

    @Test
    @Tag("fault-25")
    void socketThatReadsNothingIsClosed4100AndItsNeighbourGetsEverything(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.event-loops", "1", "node.push.report-within", "20s");
        try (RawWebSocket slow = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=slow&room_id=r", 4096);
                RawWebSocket neighbour = node.open("?user_id=quick&room_id=r")) {
            CompletableFuture<List<String>> received = CompletableFuture.supplyAsync(() -> {
                List<String> ids = new ArrayList<>();
                JsonObject frame;
                do {
                    frame = neighbour.readJson();
                    ids.add(frame.getString("message_id"));
                } while (!"last".equals(ids.get(ids.size() - 1)));
                return ids;
            });

            List<Future<DeliveryCounts>> reports = new ArrayList<>();
            List<String> sent = new ArrayList<>();
            while (node.dropped("slow_consumer") == 0 && sent.size() < 1_000) {
                sent.add("m" + sent.size());
                HubPush push = new HubPush(sent.get(sent.size() - 1), Target.room("r"), Content.text(LARGE, 1));
                reports.add(node.report(push));
                TestNode.await(node.hub.deliverAll(List.of())); // every loop has it behind it
            }
            sent.add("last");
            assertThat(node.push("last", Target.room("r"), "small").matched()).isEqualTo(1);

            assertThat(received.join()).isEqualTo(sent);
            DeliveryCounts total = DeliveryCounts.NONE;
            for (Future<DeliveryCounts> report : reports) {
                DeliveryCounts counts = TestNode.await(report);
                assertThat(counts.reconciles()).isTrue();
                total = total.plus(counts);
            }
            // The one that was too much, and what waited.
            assertThat(total.droppedSlow()).isGreaterThan(1).isEqualTo((long) node.dropped("slow_consumer"));
            assertThat(total.unknown()).isZero();
            // It has received a prefix of what was written for it, and then the reason.
            long writtenToSlow = total.written() - (sent.size() - 1);
            List<JsonObject> late = new ArrayList<>();
            int code = readToClose(slow, late);
            assertThat(code).isEqualTo(4100);
            assertThat(late.stream().map(frame -> frame.getString("message_id")))
                    .containsExactlyElementsOf(sent.subList(0, (int) writtenToSlow));
        }
    }

    @Test
    void burstInOneTickMakesNoSlowConsumer(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.socket-output-bytes", "256KiB");
        try (RawWebSocket quick = node.open("?user_id=u&room_id=r")) {
            for (int burst = 0; burst < 25; burst++) {
                List<Future<DeliveryCounts>> reports = new ArrayList<>();
                for (int i = 0; i < 12; i++) { // a little less than the bound, all before any is written
                    Content content = Content.text("x".repeat(20_000), 1);
                    reports.add(node.report(new HubPush("m" + burst + "-" + i, Target.room("r"), content)));
                }
                for (Future<DeliveryCounts> report : reports) {
                    assertThat(TestNode.await(report).written()).isEqualTo(1);
                    quick.readJson();
                }
            }
        }
    }

    @Test
    void closedSocketThatNeverReadsIsCutOff(Vertx vertx) {
        TestNode node = TestNode.start(vertx, "node.event-loops", "1", "drain.socket-grace", "0ms");
        try (RawWebSocket deaf = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=deaf", 4096)) {
            TestNode.await(node.node.drain()); // ends although the client neither answers nor closes
            Awaitility.await().untilAsserted(() -> assertThat(node.hub.stats().connections())
                    .isZero());
            assertThat(deaf.readToClose()).isEqualTo(1001);
        }
    }

    private static int readToClose(RawWebSocket client, List<JsonObject> texts) {
        try {
            while (true) {
                RawWebSocket.Frame frame = client.read();
                if (frame.opcode() == 8) {
                    return frame.closeCode();
                }
                texts.add(new JsonObject(frame.text()));
            }
        } catch (IOException e) {
            return RawWebSocket.NO_CLOSE_FRAME;
        }
    }
}
