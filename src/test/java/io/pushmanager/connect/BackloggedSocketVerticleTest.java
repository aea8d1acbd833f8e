package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.hub.SlowSocket;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets that did not read for a while; with epoll, where Netty is passed by, and without. */
class BackloggedSocketVerticleTest {

    private static final String LARGE = "x".repeat(60_000);
    private static final Duration SOON = Duration.ofSeconds(10);

    private Vertx vertx;
    private TestNode node;
    private RawWebSocket client;
    private final List<String> filling = new ArrayList<>();

    private void start(boolean nativeTransport, String... settings) {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        node = TestNode.start(vertx, settings);
        client = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=u&room_id=r", 4096);
    }

    @AfterEach
    void close() {
        client.close();
        TestNode.await(vertx.close());
    }

    /** Pushes until the socket takes no more. What has been pushed by then has left, or waits for the socket alone. */
    private void fill() {
        while (slowSockets() == 0) {
            String id = "fill" + filling.size();
            filling.add(id);
            node.push(id, Target.room("r"), LARGE);
        }
    }

    private double slowSockets() {
        return node.registry.get("connect_node_slow_sockets").gauge().value();
    }

    private Future<DeliveryCounts> push(String id, Priority priority, long ttlMillis, String key) {
        long end = ttlMillis == 0 ? Handling.NEVER : Handling.expiry(System.nanoTime(), ttlMillis * 1_000_000);
        Handling handling = Handling.of(priority, end, key);
        return node.report(new HubPush(id, Target.room("r"), Content.text("t", 1), handling, true));
    }

    private Future<DeliveryCounts> push(String id, Priority priority) {
        return push(id, priority, 0, "");
    }

    /** The ids of what comes up to this one; a gap is told as one. */
    private List<String> readTo(String last) {
        return readTo(last, client);
    }

    private List<String> readTo(String last, RawWebSocket from) {
        List<String> ids = new ArrayList<>();
        while (!ids.contains(last)) {
            JsonObject frame = from.readJson();
            ids.add(
                    frame.getString("type").equals("gap")
                            ? "gap" + frame.getLong("dropped")
                            : frame.getString("message_id"));
        }
        ids.removeAll(filling);
        return ids;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void getsWhatWaitedByPriorityAndIsReportedOnceItHas(boolean nativeTransport) {
        start(nativeTransport, "node.push.report-within", "20s");
        fill();
        List<Future<DeliveryCounts>> reports = List.of(
                push("n1", Priority.NORMAL),
                push("l1", Priority.LOW),
                push("h1", Priority.HIGH),
                push("n2", Priority.NORMAL),
                push("h2", Priority.HIGH),
                push("l2", Priority.LOW));
        node.push("behind", Target.user("nobody"), "t");
        assertThat(reports).noneMatch(Future::isComplete);

        assertThat(readTo("l2")).containsExactly("h1", "h2", "n1", "n2", "l1", "l2");
        for (Future<DeliveryCounts> report : reports) {
            assertThat(TestNode.await(report)).isEqualTo(new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(slowSockets()).isZero());
        node.push("after", Target.room("r"), "t");
        assertThat(readTo("after")).containsExactly("after");
        assertThat(node.written()).isEqualTo(filling.size() + 7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotSentWhatHasExpiredOrWasReplacedMeanwhile(boolean nativeTransport) {
        start(nativeTransport, "node.push.report-within", "20s");
        fill();
        Future<DeliveryCounts> expires = push("expires", Priority.NORMAL, 100, "");
        Future<DeliveryCounts> older = push("older", Priority.NORMAL, 0, "price");
        Future<DeliveryCounts> other = push("other", Priority.HIGH, 0, "price");
        Future<DeliveryCounts> newer = push("newer", Priority.NORMAL, 60_000, "price");

        assertThat(TestNode.await(older)).isEqualTo(new DeliveryCounts(1, 0, 0, 0, 0, 1, 0));
        assertThat(TestNode.await(expires)).isEqualTo(new DeliveryCounts(1, 0, 0, 1, 0, 0, 0));
        assertThat(newer.isComplete()).isFalse();
        assertThat(readTo("newer")).containsExactly("other", "newer");
        assertThat(TestNode.await(newer).written()).isEqualTo(1);
        assertThat(TestNode.await(other).written()).isEqualTo(1);
        assertThat(node.dropped("expired")).isEqualTo(1);
        assertThat(node.dropped("conflated")).isEqualTo(1);
    }

    @ParameterizedTest
    @Tag("fault-25")
    @ValueSource(booleans = {true, false})
    void goesOnWithAGapWhereTheOldestOfTheLowestPriorityAreDropped(boolean nativeTransport) {
        start(
                nativeTransport,
                "node.socket.overflow",
                "drop-oldest",
                "node.socket-output-bytes",
                "300KiB",
                "node.push.report-within",
                "20s");
        fill();
        List<Future<DeliveryCounts>> reports = new ArrayList<>();
        reports.add(push("high", Priority.HIGH));
        for (int i = 0; i < 3_000; i++) { // twice what may wait, with what each costs
            reports.add(push("n" + i, Priority.NORMAL));
        }
        node.push("behind", Target.user("nobody"), "t");
        List<String> got = readTo("n2999");

        assertThat(got).endsWith("n2998", "n2999").contains("high");
        List<String> gaps = got.stream().filter(id -> id.startsWith("gap")).toList();
        assertThat(gaps).hasSize(1);
        assertThat(got).startsWith(gaps.get(0), "high");
        DeliveryCounts total = DeliveryCounts.NONE;
        for (Future<DeliveryCounts> report : reports) {
            total = total.plus(TestNode.await(report));
        }
        assertThat(total.reconciles()).isTrue();
        assertThat(total.written()).isEqualTo(got.size() - 1);
        // Large ones that were pushed to fill it are not reported, and may be among them.
        double dropped = node.dropped("slow_consumer");
        assertThat(gaps.get(0)).isEqualTo("gap" + (long) dropped);
        assertThat((long) dropped).isGreaterThanOrEqualTo(total.droppedSlow());
        assertThat(total.droppedSlow()).isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isReportedUnknownWhenItTakesTooLong(boolean nativeTransport) {
        start(nativeTransport, "node.push.report-within", "200ms");
        fill();
        long begun = System.nanoTime();
        DeliveryCounts counts = TestNode.await(push("late", Priority.NORMAL));
        assertThat(counts).isEqualTo(new DeliveryCounts(1, 0, 0, 0, 0, 0, 1));
        assertThat(System.nanoTime() - begun).isBetween(200_000_000L, 5_000_000_000L);
        // Nobody waits for this one.
        assertThat(node.push("unreported", Target.room("r"), "t").unknown()).isEqualTo(1);
        assertThat(readTo("unreported")).containsExactly("late", "unreported");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isClosedWhenSomethingHasWaitedForTooLong(boolean nativeTransport) {
        start(nativeTransport, "node.socket.max-age", "300ms", "node.push.report-within", "20s");
        fill();
        Future<DeliveryCounts> waits = push("waits", Priority.NORMAL);
        assertThat(TestNode.await(waits)).isEqualTo(new DeliveryCounts(1, 0, 1, 0, 0, 0, 0));
        assertThat(client.readToClose()).isEqualTo(4100);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isOnTheListOfSlowSockets(boolean nativeTransport) {
        start(nativeTransport);
        assertThat(TestNode.await(node.hub.slowest(20))).isEmpty();
        fill();
        node.push("waits", Target.room("r"), "t");

        List<SlowSocket> slow = TestNode.await(node.hub.slowest(20));
        assertThat(slow).hasSize(1);
        assertThat(slow.get(0).waitingFrames()).isGreaterThanOrEqualTo(1);
        assertThat(slow.get(0).waitingBytes()).isGreaterThan(100);
        assertThat(slow.get(0).sessionId()).hasSize(26);
        JsonObject page = new JsonObject(TestNode.await(node.node.slowSockets()));
        assertThat(page.getString("node_id")).isEqualTo("node-1");
        assertThat(page.getJsonArray("slow_sockets").getJsonObject(0).getLong("waiting_bytes"))
                .isGreaterThan(100);
        readTo("waits");
        await().atMost(SOON).untilAsserted(() -> assertThat(TestNode.await(node.hub.slowest(20)))
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalThatWaitForTheSamePushesEachGetThemWhole(boolean nativeTransport) {
        start(nativeTransport, "node.event-loops", "1", "node.push.report-within", "20s");
        try (RawWebSocket second = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=v&room_id=r", 4096);
                RawWebSocket third = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=w&room_id=r", 4096)) {
            while (slowSockets() < 3) {
                node.push("fill" + filling.size(), Target.room("r"), LARGE);
                filling.add("fill" + filling.size());
            }
            for (int i = 0; i < 300; i++) {
                push("n" + i, Priority.NORMAL);
            }
            push("large", Priority.NORMAL, 0, "");
            node.push("last", Target.room("r"), LARGE);

            List<String> expected = readTo("last");
            assertThat(expected).hasSize(302).startsWith("n0", "n1").endsWith("n299", "large", "last");
            for (RawWebSocket other : List.of(second, third)) {
                assertThat(readTo("last", other)).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isSentWhatWaitsBeforeItIsToldThatTheNodeLeaves(boolean nativeTransport) {
        start(nativeTransport, "node.event-loops", "1", "node.push.report-within", "20s", "drain.socket-grace", "0ms");
        try (RawWebSocket second = RawWebSocket.openWithReceiveBuffer(node.port(), "?user_id=v&room_id=r", 4096)) {
            while (slowSockets() < 2) {
                node.push("fill" + filling.size(), Target.room("r"), LARGE);
                filling.add("fill" + filling.size());
            }
            List<Future<DeliveryCounts>> reports = List.of(push("a", Priority.NORMAL), push("b", Priority.HIGH));
            node.push("last", Target.room("r"), LARGE);
            Future<Void> gone = node.node.drain();
            for (Future<DeliveryCounts> report : reports) {
                assertThat(TestNode.await(report).written()).isEqualTo(2);
            }
            for (RawWebSocket each : List.of(client, second)) {
                assertThat(readTo("last", each)).containsExactly("b", "a", "last");
                assertThat(each.readToClose()).isEqualTo(1001);
                each.close();
            }
            TestNode.await(gone);
        }
    }
}
