package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.Push;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The line between the managers and one node hurt: slow, black, reset. */
class LinkChaosIT {

    private static final int ROOMS = 10;

    @Test
    @DisplayName("link-slow")
    @Tag("fault-11")
    void aSlowLinkFillsItsOwnMailboxAndNoOther(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 3)) {
            CuttableLink link = cluster.link();
            int cap = Scale.of(100, 1_000);
            // A call may take long here on purpose: what was accepted must arrive, however slowly.
            cluster.manager().env("PM_MAILBOX_MAX_MESSAGES", Integer.toString(cap));
            cluster.manager().env("PM_NODE_CLIENT_CALL_DEADLINE", "60s");
            cluster.manager().env("PM_NODE_CLIENT_PROBE_TIMEOUT", null);
            cluster.start();
            List<PushManagerProcess> healthy = cluster.nodes.subList(0, 2);
            cluster.open("r", ROOMS, healthy);
            cluster.open("big", ROOMS, cluster.nodes);
            link.throttle(Scale.of(60_000, 100_000));
            Map<String, Object> padded = Map.of("padding", 4_000);
            List<Map<String, Object>> lanes =
                    cluster.lanes("big", ROOMS, Scale.of(60, 400), "unary", "ACCEPTED").stream()
                            .map(lane -> with(lane, padded))
                            .toList();
            double heapBefore = ProcessGauge.heapMiB(cluster.manager());
            CompletableFuture<JsonNode> load = cluster.stage.load("big", 150, lanes);
            double deepest = 0;
            while (!load.isDone()) {
                Cluster.pause(Duration.ofMillis(200));
                deepest = Math.max(deepest, cluster.ofNode("push_manager_mailbox_depth", "n3"));
            }
            cluster.stage.finish(load);
            figures.atMost("deepest mailbox", deepest, cap, "messages");
            figures.note(
                    "heap before, after, MiB",
                    (long) heapBefore + ", " + (long) ProcessGauge.heapMiB(cluster.manager()));
            link.mend();
            Ledger ledger = cluster.stage.ledger();
            long rejected = 0;
            for (Push push : ledger.pushes()) {
                if (push.reply() != null
                        && push.reply().nodes().containsKey("n3")
                        && push.reply().nodes().get("n3").outcome().equals("OUTCOME_REJECTED_FULL")) {
                    rejected++;
                }
            }
            assertThat(rejected).as("the mailbox was full for some").isPositive();
            figures.exactly("drops counted (as many as replies say)", (long) dropped(cluster, "n3", "full"), rejected);
            double others = Latencies.ofReplies(ledger, push -> push.body().startsWith("big"))
                    .p99();
            figures.note("p99 of replies ms", Figures.number(others));
            cluster.judge(figures, 5 * ROOMS);
        }
    }

    @Test
    @DisplayName("link-slow-oldest")
    @Tag("fault-11")
    void whatIsDroppedLateOrReplacedBehindASlowLinkIsSaidAndNeverSent(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2)) {
            CuttableLink link = cluster.link();
            int cap = Scale.of(30, 300);
            cluster.manager()
                    .env("PM_MAILBOX_MAX_MESSAGES", Integer.toString(cap))
                    .env("PM_NODE_CLIENT_MAILBOX_OVERFLOW", "drop-oldest")
                    .env("PM_NODE_CLIENT_CALL_DEADLINE", null)
                    .env("PM_NODE_CLIENT_PROBE_TIMEOUT", null);
            cluster.start();
            cluster.open("r", ROOMS, cluster.nodes);
            link.throttle(Scale.of(3_000, 5_000));
            List<Map<String, Object>> ways = List.of(
                    Map.of(),
                    Map.of("options", Map.of("ttl", Map.of("nanos", 60_000_000))),
                    Map.of("options", Map.of("conflation_key", "k")));
            List<Map<String, Object>> lanes = new ArrayList<>();
            for (Map<String, Object> lane : cluster.lanes("r", ROOMS, Scale.of(30, 1_000), "unary", "DELIVERED")) {
                lanes.add(with(with(lane, Map.of("overlap", true)), ways.get(lanes.size() % ways.size())));
            }
            CompletableFuture<JsonNode> load = cluster.stage.load("load", Scale.of(250, 400), lanes);
            double deepest = 0;
            while (!load.isDone()) {
                Cluster.pause(Duration.ofMillis(200));
                deepest = Math.max(deepest, cluster.ofNode("push_manager_mailbox_depth", "n2"));
            }
            cluster.stage.finish(load);
            figures.atMost("deepest mailbox", deepest, cap, "messages");
            link.mend();
            Ledger ledger = cluster.stage.ledger();
            Set<String> arrived = new HashSet<>();
            ledger.sockets().forEach(socket -> socket.frames().stream()
                    .filter(frame -> socket.node().equals("n2"))
                    .forEach(frame -> arrived.add(frame.body())));
            Map.of("OUTCOME_FAILED", "dropped_oldest", "OUTCOME_EXPIRED", "expired", "OUTCOME_CONFLATED", "conflated")
                    .forEach((outcome, reason) -> {
                        List<String> ended = endedAt("n2", outcome, ledger);
                        assertThat(ended).as(outcome).isNotEmpty().doesNotContainAnyElementsOf(arrived);
                        figures.exactly(reason, (long) dropped(cluster, "n2", reason), ended.size());
                    });
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    private static List<String> endedAt(String node, String outcome, Ledger ledger) {
        List<String> bodies = new ArrayList<>();
        for (Push push : ledger.pushes()) {
            Push.Report report =
                    push.reply() == null ? null : push.reply().nodes().get(node);
            if (report != null && report.outcome().equals(outcome)) {
                bodies.add(push.body());
            }
        }
        return bodies;
    }

    private static double dropped(Cluster cluster, String node, String reason) {
        return cluster.manager()
                .get(cluster.manager().metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("push_manager_mailbox_dropped_total{")
                        && line.contains("node=\"" + node + "\"")
                        && line.contains("reason=\"" + reason + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    @DisplayName("link-black")
    @Tag("fault-12")
    void aBlackHoleDelaysNobodyElseAndIsNotCalledInVain(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 3)) {
            CuttableLink link = cluster.link();
            cluster.start();
            cluster.open("r", ROOMS, cluster.nodes.subList(0, 2));
            Isolation isolation = new Isolation(cluster, ROOMS);
            isolation.warmUp();
            int before = link.accepted();
            long begun = System.nanoTime();
            isolation.compare(figures, link::swallow, link::mend, () -> {
                JsonNode answer = cluster.pushToAll("all");
                assertThat(Cluster.outcomeAt(answer, "n3"))
                        .as(answer.toString())
                        .isEqualTo("TIMED_OUT");
            });
            isolation.awaitAllReported("n3");
            figures.atMost(
                    "connection attempts",
                    link.accepted() - before,
                    3 + (System.nanoTime() - begun) / 1e9,
                    "(1 a second)");
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    @Test
    @DisplayName("link-reset")
    @Tag("fault-15")
    void resetsInTheMiddleOfCallsDoubleNothing(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2)) {
            CuttableLink link = cluster.link();
            cluster.startWithRooms(ROOMS);
            // Slow enough for each reset to find calls under way.
            link.delay(5);
            CompletableFuture<JsonNode> load = cluster.load(ROOMS, Scale.of(50, 600), 200, "DELIVERED");
            int resets = 0;
            while (!load.isDone()) {
                Cluster.pause(Duration.ofSeconds(1));
                link.reset();
                resets++;
            }
            cluster.stage.finish(load);
            figures.note("resets", resets);
            figures.atMost("reached again", new Isolation(cluster, ROOMS).awaitAllReported("n2"), 3_000, "ms");
            long failed = 0;
            for (Push push : cluster.stage.ledger().pushes()) {
                failed += push.reply() != null
                                && push.reply().nodes().containsKey("n2")
                                && push.reply().nodes().get("n2").counts() == null
                        ? 1
                        : 0;
            }
            figures.note("pushes that n2 did not report", failed);
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    private static Map<String, Object> with(Map<String, Object> lane, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(lane);
        all.putAll(more);
        return all;
    }
}
