package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.chaos.DeafClient.Got;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.Push;
import io.pushmanager.ledger.SocketLog;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Sockets that read nothing, and pushes that come too late. */
class SocketChaosIT {

    private static final int ROOMS = 10;
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    @DisplayName("sockets-stalled")
    @Tag("fault-25")
    @Tag("chaos-full")
    void oneSocketInAHundredThatReadsNothingDelaysNoOther(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        int stalled = Scale.of(1, 3); // more sockets would be more frames than a ledger can be held against in memory
        try (Cluster cluster = new Cluster(1, 1)) {
            PushManagerProcess node = cluster.victim();
            node.env("PM_NODE_SOCKET_OVERFLOW", "drop-oldest").env("PM_NODE_PING_INTERVAL", "10m");
            cluster.start();
            int neighbours = open(cluster, 100 * stalled / ROOMS);
            Isolation isolation = new Isolation(cluster, ROOMS);
            isolation.warmUp();
            Stalled deaf = new Stalled(cluster, stalled);
            double heapBefore = ProcessGauge.heapMiB(node);
            isolation.compare(figures, deaf::stall, deaf::hear, () -> {});
            figures.note("pushes that stalled sockets got", deaf.got);
            figures.note("and that they were told to have missed", deaf.missed);
            figures.exactly("of those that the node dropped", deaf.missed, (long) dropped(node, "slow_consumer"));
            figures.atMost("heap over that before", ProcessGauge.heapMiB(node) - heapBefore, 2.0 * stalled + 10, "MiB");
            cluster.judge(figures, neighbours);
        }
    }

    /** So many sockets in each room. @return how many there are */
    private static int open(Cluster cluster, int each) {
        List<Map<String, Object>> sockets = new ArrayList<>();
        for (int i = 0; i < ROOMS * each; i++) {
            sockets.add(Stage.socket("s-" + i, cluster.victim(), "user-" + i, "r-" + i % ROOMS));
        }
        cluster.stage.open(sockets);
        return sockets.size();
    }

    /** Sockets in every room that read nothing from the beginning of the hurt to its end, and then everything. */
    private static final class Stalled {

        private final Cluster cluster;
        private final int count;
        private final List<DeafClient> clients = new ArrayList<>();
        private int round;
        private long got;
        private long missed;

        Stalled(Cluster cluster, int count) {
            this.cluster = cluster;
            this.count = count;
        }

        void stall() {
            round++;
            List<String> rooms = new ArrayList<>();
            for (int i = 0; i < ROOMS; i++) {
                rooms.add("r-" + i);
            }
            List<Map<String, Object>> lanes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String user = "deaf-" + round + "-" + i;
                clients.add(new DeafClient(cluster.victim(), user, rooms));
                Map<String, Object> lane =
                        new HashMap<>(Stage.lane("m1", Map.of("user", user), 60, "unary", "ACCEPTED"));
                lane.put("padding", 150_000);
                lanes.add(lane);
            }
            // More than the kernel takes for a client that reads nothing, and than may wait for it.
            cluster.stage.finish(cluster.stage.load("fill" + round + "-", 500, lanes));
            await("all are stalled").atMost(SOON).until(() -> slow() == count);
        }

        void hear() {
            String last = "last-" + round;
            cluster.stage.push("m1", Map.of("room", "r-0"), "ACCEPTED", last);
            for (DeafClient client : clients) {
                Got heard = client.readTo(last);
                assertThat(heard.gaps()).isPositive();
                got += heard.pushes();
                missed += heard.missed();
                client.close();
            }
            clients.clear();
            await("none is left").atMost(SOON).until(() -> slow() == 0);
        }

        private double slow() {
            return cluster.victim().metric("connect_node_slow_sockets");
        }
    }

    @Test
    @DisplayName("ttl-frozen")
    @Tag("chaos-full")
    void nothingThatWasOnItsWayToAFrozenNodeLeavesTooLate(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        Duration ttl = Scale.of(Duration.ofMillis(500), Duration.ofSeconds(2));
        Duration frozen = Scale.of(Duration.ofSeconds(2), Duration.ofSeconds(10));
        try (Cluster cluster = new Cluster(1, 2)) {
            // What is on its way stays there, and nobody takes the node for gone.
            cluster.manager().env("PM_NODE_CLIENT_CALL_DEADLINE", "60s").env("PM_NODE_CLIENT_PROBE_TIMEOUT", "60s");
            cluster.startWithRooms(ROOMS);
            cluster.stage.finish(cluster.stage.load("calm", 100, lanes(cluster, 20, ttl)));
            CompletableFuture<JsonNode> load =
                    cluster.stage.load("late", 150, lanes(cluster, (int) (15 * (frozen.toSeconds() + 2)), ttl));
            cluster.awaitAnswered(50);
            cluster.victim().freeze();
            Cluster.pause(frozen);
            double bound = cluster.nodes.get(0).metric("connect_node_link_clock_error_seconds") * 1_000;
            cluster.victim().thaw();
            cluster.stage.finish(load);
            cluster.stage.flush(2 * ROOMS);
            figures.note("ttl, ms", ttl.toMillis());
            double told = cluster.victim().metric("connect_node_link_clock_error_seconds") * 1_000;
            figures.note("exported bound of the frozen node, before it was frozen and now, ms", bound + ", " + told);

            Ledger ledger = cluster.stage.ledger();
            long accepted = 0;
            Map<String, Push> byBody = new HashMap<>();
            for (Push push : ledger.pushes()) {
                byBody.put(push.body(), push);
                accepted += push.reply() != null && push.reply().code() == 0
                        ? push.reply().accepted()
                        : 0;
            }
            long received = 0;
            double latest = 0;
            for (SocketLog socket : ledger.sockets()) {
                for (SocketLog.Frame frame : socket.frames()) {
                    received++;
                    Push push = byBody.get(frame.body());
                    latest = Math.max(latest, (frame.at() - push.begunAt()) / 1_000.0);
                }
            }
            double late = ttl.toMillis() + Math.max(bound, told) + CLIENT_MILLIS;
            figures.atMost("latest arrival after the call", latest, late, "ms");
            long atNode = (long) dropped(cluster.victim(), "expired");
            long atManager = (long) cluster.ofNode("push_manager_mailbox_dropped_total", "n2");
            figures.note("expired at the node, at the manager", atNode + ", " + atManager);
            assertThat(atNode).as("bytes were on their way").isPositive();
            figures.exactly(
                    "accepted copies that were received or have expired", received + atNode + atManager, accepted);
        }
    }

    /** What a call takes to reach the manager, and a frame that has left to reach the clients of this test. */
    private static final double CLIENT_MILLIS = 100;

    private static List<Map<String, Object>> lanes(Cluster cluster, int each, Duration ttl) {
        Map<String, Object> options =
                Map.of("options", Map.of("ttl", Map.of("seconds", ttl.toSeconds(), "nanos", ttl.toNanosPart())));
        return cluster.lanes("r", ROOMS, each, "unary", "ACCEPTED").stream()
                .map(lane -> {
                    Map<String, Object> with = new HashMap<>(lane);
                    with.putAll(options);
                    return with;
                })
                .toList();
    }

    private static double dropped(PushManagerProcess node, String reason) {
        return node.get(node.metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("connect_node_frames_dropped_total{reason=\"" + reason + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
