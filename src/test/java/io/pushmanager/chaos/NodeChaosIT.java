package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.Push;
import io.pushmanager.ledger.SocketLog;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A Connect-Node hurt: killed, frozen, replaced, flapping. The others must not feel it. */
class NodeChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int ROOMS = 10;

    @Test
    @DisplayName("node-killed")
    @Tag("fault-9")
    @Tag("chaos-full")
    void aKilledNodeIsNamedAndRemovedAtTheEndOfItsLease(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3).startWithRooms(ROOMS)) {
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, Scale.of(150, 400), 200, "DELIVERED");
            cluster.awaitAnswered(200);
            cluster.victim().killHard();
            long killed = System.nanoTime();
            JsonNode partial = cluster.stage.push("m1", Map.of(), "DELIVERED", "partial");
            String outcome = Cluster.outcomeAt(partial, "n3");
            figures.note("a push to all says of it", outcome);
            assertThat(outcome).as(partial.toString()).isIn("FAILED", "TIMED_OUT");
            assertThat(Cluster.written(partial)).isEqualTo(2 * ROOMS);
            Cluster.timeUntil(
                    "removed", SOON, () -> cluster.keyOf(cluster.victim()).isEmpty());
            Cluster.timeUntil(
                    "forgotten",
                    SOON,
                    () -> cluster.stage
                                    .push("m1", Map.of(), "ACCEPTED", "who-" + Long.toString(System.nanoTime(), 36))
                                    .path("reply")
                                    .path("nodes_targeted")
                                    .asInt()
                            == 2);
            figures.atMost("removed after", (System.nanoTime() - killed) / 1e9, Scale.LEASE.toSeconds() + 5, "s");
            JsonNode counts = cluster.stage.finish(load);
            figures.note("codes", counts.path("codes"));
            assertThat(counts.path("gave_up").asInt()).isZero();
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    @Test
    @DisplayName("node-frozen")
    @Tag("fault-10")
    void aFrozenNodeDelaysNobodyElse(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 3)) {
            cluster.victim().env("PM_DISCOVERY_LEASE_TTL", "60s"); // it stands still, and stays a node
            cluster.start();
            List<PushManagerProcess> healthy = cluster.nodes.subList(0, 2);
            cluster.open("r", ROOMS, healthy);
            cluster.open("mixed", 1, cluster.nodes);
            Isolation isolation = new Isolation(cluster, ROOMS);
            isolation.warmUp();
            isolation.compare(
                    figures,
                    () -> cluster.victim().freeze(),
                    () -> cluster.victim().thaw(),
                    () -> {
                        JsonNode answer = cluster.pushToAll("all");
                        assertThat(Cluster.outcomeAt(answer, "n3"))
                                .as(answer.toString())
                                .isEqualTo("TIMED_OUT");
                        assertThat(Cluster.outcomeAt(answer, "n1")).isEqualTo("REPORTED");
                        assertThat(Cluster.outcomeAt(answer, "n2")).isEqualTo("REPORTED");
                        figures.note("a DELIVERED push to all says of n3", "TIMED_OUT");
                    });
            isolation.awaitAllReported("n3");
            cluster.judge(figures, 2 * ROOMS + 3);
        }
    }

    @Test
    @DisplayName("node-frozen-long")
    @Tag("fault-6")
    void aNodeFrozenForLongerThanItsLeaseRegistersAgain(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2).startWithRooms(ROOMS)) {
            CompletableFuture<JsonNode> load = cluster.stage.load(
                    "load",
                    50,
                    List.of(cutOff(
                            Stage.lane("m1", Map.of("room", "r-0"), Scale.of(300, 1_000), "unary", "DELIVERED"), 500)));
            cluster.awaitAnswered(20);
            long frozen = System.nanoTime() / 1_000;
            cluster.victim().freeze();
            Cluster.timeUntil("its lease ends", SOON, () -> cluster.keyOf(cluster.victim())
                    .isEmpty());
            cluster.victim().thaw();
            figures.atMost(
                    "registered again after",
                    Cluster.timeUntil("registered again", SOON, () -> !cluster.keyOf(cluster.victim())
                                    .isEmpty())
                            / 1_000,
                    5,
                    "s");
            double reached = new Isolation(cluster, ROOMS).awaitAllReported("n2");
            long back = System.nanoTime() / 1_000;
            cluster.stage.admit(ledger -> ledger.absent("n2", frozen, back));
            figures.note("reached again after s", Figures.number(reached / 1_000));
            cluster.stage.finish(load);
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    @Test
    @DisplayName("node-replaced")
    @Tag("fault-13")
    void whatWasMeantForTheOldInstanceNeverReachesTheNewOne(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2).startWithRooms(ROOMS)) {
            String before = cluster.instanceOf(cluster.victim());
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, Scale.of(150, 400), 200, "ACCEPTED");
            cluster.awaitAnswered(200);
            cluster.victim().killHard();
            long killedMicros = System.nanoTime() / 1_000;
            cluster.victim().start().awaitReady(SOON);
            cluster.open("r2", 1, List.of(cluster.victim()));
            cluster.stage.open(List.of(Stage.socket("late", cluster.victim(), "late", "r-0", "r-1", "r-2")));
            assertThat(cluster.instanceOf(cluster.victim())).isNotEqualTo(before);
            cluster.stage.finish(load);
            JsonNode answer = cluster.stage.push("m1", Map.of("room", "r-0"), "DELIVERED", "to-the-new-one");
            assertThat(Cluster.outcomeAt(answer, "n2")).as(answer.toString()).isEqualTo("REPORTED");
            cluster.judge(figures, ROOMS + 2);
            figures.exactly(
                    "pushes for the old instance at the new one", meantForEarlier(cluster, "late", killedMicros), 0);
        }
    }

    @Test
    @DisplayName("node-flapping")
    @Tag("fault-14")
    void aFlappingNodeLeaksNothing(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2)) {
            CuttableLink link = cluster.link();
            cluster.startWithRooms(ROOMS);
            cluster.stage.finish(cluster.stage.load("calm", 200, cluster.lanes("r", ROOMS, 30, "unary", "DELIVERED")));
            flap(cluster, link, 3);
            long threads = ProcessGauge.threads(cluster.manager());
            long files = ProcessGauge.openFiles(cluster.manager());
            int flaps = Scale.of(10, 60);
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, Scale.of(25, 280), 40, "DELIVERED");
            flap(cluster, link, flaps);
            cluster.stage.finish(load);
            figures.note("flaps", flaps);
            new Isolation(cluster, ROOMS).awaitAllReported("n2");
            await("nothing left").atMost(SOON).untilAsserted(() -> {
                assertThat(ProcessGauge.threads(cluster.manager())).isLessThanOrEqualTo(threads + 2);
                assertThat(ProcessGauge.openFiles(cluster.manager())).isLessThanOrEqualTo(files + 2);
                assertThat(cluster.manager().metric("push_manager_node_connections"))
                        .isEqualTo(2);
            });
            figures.note("threads before, after", threads + ", " + ProcessGauge.threads(cluster.manager()));
            figures.note("open files before, after", files + ", " + ProcessGauge.openFiles(cluster.manager()));
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    /** The line goes and comes, and so does the key of a node that nobody reaches, as another instance each time. */
    private static void flap(Cluster cluster, CuttableLink link, int times) {
        Duration half = Duration.ofMillis(Scale.of(200, 500));
        String key = "/services/connect-node/127.0.0.1:1";
        for (int i = 0; i < times; i++) {
            link.cut();
            cluster.etcd.put(
                    key,
                    "{\"Op\":0,\"Addr\":\"127.0.0.1:1\",\"Metadata\":{\"node_id\":\"ghost\",\"instance_id\":\""
                            + System.nanoTime() + "\"}}");
            Cluster.pause(half);
            link.mend();
            cluster.etcd.delete(key);
            Cluster.pause(half);
        }
    }

    static Map<String, Object> cutOff(Map<String, Object> lane, int millis) {
        Map<String, Object> with = new HashMap<>(lane);
        with.put("cut_off_ms", List.of(millis, millis));
        return with;
    }

    /** Pushes that were answered before this time and yet reached this socket. */
    private static long meantForEarlier(Cluster cluster, String socketName, long micros) {
        Ledger ledger = cluster.stage.ledger();
        Map<String, Push> byBody = new HashMap<>();
        ledger.pushes().forEach(push -> byBody.put(push.body(), push));
        long wrong = 0;
        for (SocketLog socket : ledger.sockets()) {
            for (SocketLog.Frame frame :
                    socket.name().equals(socketName) ? socket.frames() : List.<SocketLog.Frame>of()) {
                Push push = byBody.get(frame.body());
                wrong += push != null && push.reply() != null && push.reply().at() < micros ? 1 : 0;
            }
        }
        return wrong;
    }
}
