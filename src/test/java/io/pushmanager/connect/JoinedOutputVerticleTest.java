package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a socket and leaves in one write; with epoll, where Netty is passed by, and without. */
class JoinedOutputVerticleTest {

    private static final String[] HOLD_ALWAYS = {
        "node.event-loops",
        "1",
        "node.flush.max-hold",
        "50ms",
        "node.flush.idle-percent",
        "0",
        "node.flush.busy-percent",
        "1"
    };

    private Vertx vertx;

    private TestNode start(boolean nativeTransport, String... settings) {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        return TestNode.start(vertx, settings);
    }

    @AfterEach
    void close() {
        TestNode.await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pushesOfSeveralRoomsReachEverySocketInOrderWhileHeld(boolean nativeTransport) {
        TestNode node = start(nativeTransport, HOLD_ALWAYS);
        try (RawWebSocket r = node.open("?user_id=a&room_id=r");
                RawWebSocket s = node.open("?user_id=b&room_id=s");
                RawWebSocket both = node.open("?user_id=c&room_id=r&room_id=s")) {
            for (int i = 0; i < 300; i++) {
                node.push("m" + i, Target.room(i % 2 == 0 ? "r" : "s"), "x".repeat(i));
            }
            for (int i = 0; i < 300; i++) {
                assertThat((i % 2 == 0 ? r : s).readJson().getString("message_id"))
                        .isEqualTo("m" + i);
                assertThat(both.readJson().getString("message_id")).isEqualTo("m" + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitedForOneWhoBrokeReachesNobodyWhoComesWithTheSameDescriptor(boolean nativeTransport) {
        TestNode node = start(nativeTransport, HOLD_ALWAYS);
        for (int round = 0; round < 10; round++) {
            try (RawWebSocket gone = node.open("?user_id=a&room_id=r")) {
                node.push("for-a-" + round, Target.room("r"), "x");
                assertThat(gone.readJson().getString("message_id")).isEqualTo("for-a-" + round);
                node.push("held-for-a-" + round, Target.room("r"), "x");
            }
            try (RawWebSocket next = node.open("?user_id=b&room_id=s")) {
                node.push("for-b-" + round, Target.room("s"), "x");
                assertThat(next.readJson().getString("message_id")).isEqualTo("for-b-" + round);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsUrgentIsNotHeld(boolean nativeTransport) {
        String[] holdLong = HOLD_ALWAYS.clone();
        holdLong[3] = "200ms";
        TestNode node = start(nativeTransport, holdLong);
        try (RawWebSocket client = node.open("?user_id=a&room_id=r")) {
            nanosOfThrees(node, client, Handling.NORMAL); // from the second on they are held
            long held = nanosOfThrees(node, client, Handling.NORMAL);
            long urgent = nanosOfThrees(node, client, Handling.of(Priority.HIGH, Handling.NEVER, ""));

            assertThat(urgent).isLessThan(held / 2);
        }
    }

    private static long nanosOfThrees(TestNode node, RawWebSocket client, Handling later) {
        long begun = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            node.pushAll(push("", "x"));
            node.pushAll(push("", "x").withHandling(later)); // two that a hold joins: it is worth it
            node.pushAll(push("", "x").withHandling(later));
            for (int frame = 0; frame < 3; frame++) {
                client.readJson();
            }
        }
        return System.nanoTime() - begun;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void largeFramesThatTheKernelTakesInPiecesArriveWhole(boolean nativeTransport) {
        TestNode node = start(nativeTransport, "node.socket-output-bytes", "64MiB");
        try (RawWebSocket client = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=a&room_id=r", 4096)) {
            List<HubPush> batch = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                batch.add(push("m" + i, "y".repeat(i % 4 == 0 ? 200_000 : 100)));
            }
            CompletableFuture<List<String>> received = CompletableFuture.supplyAsync(() -> {
                List<String> ids = new ArrayList<>();
                while (ids.size() < 60) {
                    JsonObject frame = client.readJson();
                    int expected = ids.size() % 4 == 0 ? 200_000 : 100;
                    assertThat(frame.getJsonObject("content").getString("data")).hasSize(expected);
                    ids.add(frame.getString("message_id"));
                }
                return ids;
            });
            node.pushAll(batch.toArray(new HubPush[0]));
            assertThat(received.join())
                    .containsExactlyElementsOf(
                            batch.stream().map(HubPush::messageId).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWaitsLeavesBeforeTheCloseFrame(boolean nativeTransport) {
        TestNode node = start(nativeTransport, HOLD_ALWAYS);
        try (RawWebSocket client = node.open("?user_id=a&room_id=r")) {
            for (int i = 0; i < 100; i++) {
                node.push("warm" + i, Target.room("r"), "x");
            }
            node.push("last", Target.room("r"), "x");
            node.node.stop();
            String id = "";
            while (!"last".equals(id)) {
                id = client.readJson().getString("message_id");
            }
            assertThat(client.readToClose()).isEqualTo(1001);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void socketThatReadsNothingIsClosedAndItsBoundCountsWhatIsHeld(boolean nativeTransport) {
        TestNode node = start(nativeTransport, "node.event-loops", "1", "node.socket-output-bytes", "256KiB");
        try (RawWebSocket deaf = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=deaf&room_id=r", 4096)) {
            HubPush[] batch = new HubPush[100];
            long dropped = 0;
            for (int round = 0; round < 100 && dropped == 0; round++) {
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = push("m" + round + "-" + i, "z".repeat(1_000));
                }
                node.pushAll(batch);
                dropped = (long) node.registry.find("connect_node_frames_dropped").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum();
            }
            assertThat(dropped).isGreaterThan(1); // and with the one that was too much, what waited
            assertThat(node.hub.stats().connections()).isZero();
            assertThat(deaf.readToClose()).isEqualTo(4100);
        }
    }

    private static HubPush push(String id, String text) {
        return new HubPush(id, Target.room("r"), Content.text(text, 1));
    }
}
