package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** etcd hurt, and the managers and nodes go on. */
class EtcdChaosIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STALENESS = "push_manager_membership_staleness_seconds";

    @Test
    @DisplayName("etcd-absent")
    @Tag("fault-1")
    @Tag("chaos-full")
    void etcdAbsentAtStartIsWaitedForQuietly(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (EtcdServer etcd = EtcdServer.allocate();
                Stage stage = new Stage(Scale.SEED)) {
            PushManagerProcess manager = stage.begin(Scale.manager("m1", etcd.endpoint()));
            PushManagerProcess node = stage.begin(Scale.node("n1", etcd.endpoint()));
            await("live").atMost(SOON).until(() -> manager.isLive() && node.isLive());
            Duration away = Scale.of(Duration.ofSeconds(5), Duration.ofSeconds(70));
            await("not ready for so long")
                    .during(away)
                    .atMost(away.plusSeconds(5))
                    .until(() -> !manager.isReady() && !node.isReady());
            figures.atMost("lines of the manager about it", complaints(manager), 1 + away.toMinutes(), "");
            figures.atMost("lines of the node about it", complaints(node), 1 + away.toMinutes(), "");
            etcd.restart();
            figures.atMost(
                    "ready after it came",
                    Cluster.timeUntil("ready", SOON, () -> manager.isReady() && node.isReady()),
                    15_000,
                    "ms");
            stage.pushThrough(manager);
            stage.open(List.of(Stage.socket("s1", node, "u1", "r")));
            JsonNode answer = stage.push("m1", Map.of("room", "r"), "DELIVERED", "after");
            assertThat(Cluster.written(answer)).as(answer.toString()).isEqualTo(1);
            Stage.assertExact(stage.judge(1));
        }
    }

    @Test
    @DisplayName("etcd-killed")
    @Tag("fault-2")
    @Tag("chaos-full")
    void etcdKilledAndBackInFiveSecondsFailsNoPush(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3).start()) {
            cluster.open("r", 10, cluster.nodes);
            CompletableFuture<JsonNode> load =
                    cluster.stage.load("load", 200, cluster.lanes("r", 10, 300, "unary", "DELIVERED"));
            cluster.awaitAnswered(200);
            cluster.etcd.killHard();
            Cluster.during(load, Duration.ofSeconds(5));
            cluster.etcd.restart();
            figures.atMost(
                    "all registered again",
                    Cluster.timeUntil(
                            "registered again",
                            SOON,
                            () -> cluster.etcd.list("/services/").size() == 5),
                    Scale.LEASE.toMillis() + 5_000,
                    "ms");
            JsonNode counts = cluster.stage.finish(load);
            figures.note("codes", counts.path("codes"));
            assertThat(counts.path("codes").toString()).isEqualTo("{\"0\":3000}");
            assertThat(cluster.judge(figures, 30).frameCount()).isEqualTo(9_000);
        }
    }

    @Test
    @DisplayName("etcd-compacted")
    @Tag("fault-3")
    void cutOffFromEtcdWhileItCompactsTheMembershipIsExactAfterwards(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (EtcdServer etcd = EtcdServer.start();
                CuttableLink line = CuttableLink.to(etcd.port());
                Stage stage = new Stage(Scale.SEED)) {
            PushManagerProcess manager = Scale.manager("m1", line.endpoint());
            PushManagerProcess n1 = Scale.node("n1", etcd.endpoint()).env("PM_DRAIN_SOCKET_GRACE", "1s");
            PushManagerProcess n2 = Scale.node("n2", etcd.endpoint());
            stage.start(manager, n1, n2);
            stage.pushThrough(manager);
            stage.open(List.of(Stage.socket("s2", n2, "u2", "r")));
            CompletableFuture<JsonNode> load = stage.load(
                    "load",
                    100,
                    List.of(Stage.lane("m1", Map.of("room", "r"), Scale.of(1_000, 3_000), "unary", "DELIVERED")));
            line.cut();
            n1.terminate();
            assertThat(n1.awaitExit(SOON)).isZero();
            PushManagerProcess n3 = stage.begin(Scale.node("n3", etcd.endpoint()));
            await("n3 is registered").atMost(SOON).until(() -> etcd.list("/services/connect-node/").keySet().stream()
                    .anyMatch(key -> key.endsWith(":" + n3.grpcPort())));
            etcd.put("/other", "1");
            etcd.compact(etcd.revision());
            line.mend();
            figures.atMost(
                    "membership exact",
                    Cluster.timeUntil("n2 and n3, and no other", SOON, () -> {
                        JsonNode nodes = stage.push(
                                        "m1", Map.of(), "DELIVERED", "who-" + Long.toString(System.nanoTime(), 36))
                                .path("reply")
                                .path("nodes");
                        return nodes.size() == 2
                                && nodes.toString().contains("\"n2\"")
                                && nodes.toString().contains("\"n3\"");
                    }),
                    10_000,
                    "ms");
            n3.awaitReady(SOON);
            stage.open(List.of(Stage.socket("s3", n3, "u3", "r")));
            assertThat(stage.finish(load).path("codes").toString()).matches("\\{\"0\":[0-9]+}");
            LedgerCheck check = stage.judge(2);
            figures.note("frames compared", check.frameCount());
            Stage.assertExact(check);
        }
    }

    @Test
    @DisplayName("etcd-frozen")
    @Tag("fault-5")
    void aFrozenEtcdIsNoticedAndCostsNoPushAndNoProcessor(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2).start()) {
            PushManagerProcess manager = cluster.manager();
            cluster.open("r", 10, cluster.nodes);
            cluster.stage.finish(cluster.stage.load("calm", 200, cluster.lanes("r", 10, 40, "unary", "DELIVERED")));
            cluster.etcd.freeze();
            try {
                double noticed =
                        Cluster.timeUntil("staleness", Duration.ofSeconds(60), () -> manager.metric(STALENESS) > 0);
                // Only now: asking for the gauge costs processor too.
                double before = ProcessGauge.cpuSeconds(manager);
                Duration rest = Scale.of(Duration.ofSeconds(6), Duration.ofSeconds(30));
                await("a while without load")
                        .pollDelay(rest)
                        .atMost(rest.plusSeconds(5))
                        .until(() -> true);
                double share = 100 * (ProcessGauge.cpuSeconds(manager) - before) / rest.toSeconds();
                figures.atMost("noticed", noticed / 1_000, 40, "s");
                figures.atMost("processor while frozen", share, 5, "%");
                JsonNode counts = cluster.stage.finish(cluster.stage.load(
                        "frozen", 200, cluster.lanes("r", 10, Scale.of(60, 500), "unary", "DELIVERED")));
                figures.note("codes", counts.path("codes"));
                assertThat(counts.path("codes").size()).isEqualTo(1);
            } finally {
                cluster.etcd.thaw();
            }
            figures.note(
                    "fresh again after s",
                    Figures.number(
                            Cluster.timeUntil("no staleness", SOON, () -> manager.metric(STALENESS) == 0) / 1_000));
            cluster.judge(figures, 20);
        }
    }

    @Test
    @DisplayName("etcd-quorum")
    @Tag("fault-4")
    @Tag("chaos-full")
    void whileTheQuorumIsLostTheLastListServes(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        List<EtcdServer> members = EtcdServer.startMembers(3);
        String endpoints = members.stream().map(EtcdServer::endpoint).collect(Collectors.joining(","));
        try (Stage stage = new Stage(Scale.SEED)) {
            PushManagerProcess manager = Scale.manager("m1", endpoints);
            PushManagerProcess node = Scale.node("n1", endpoints);
            stage.start(manager, node);
            stage.pushThrough(manager);
            stage.open(List.of(Stage.socket("s1", node, "u1", "r")));
            int pushes = Scale.of(1_000, 6_000); // at 100/s, longer than the leases
            CompletableFuture<JsonNode> load = stage.load(
                    "load", 100, List.of(Stage.lane("m1", Map.of("room", "r"), pushes, "unary", "DELIVERED")));
            members.get(1).killHard();
            members.get(2).killHard();
            figures.atMost(
                    "noticed",
                    Cluster.timeUntil("staleness", SOON, () -> manager.metric(STALENESS) > 0) / 1_000,
                    30,
                    "s");
            Cluster.during(load, Scale.of(Duration.ofSeconds(4), Duration.ofSeconds(30)));
            members.get(1).restart();
            figures.atMost(
                    "fresh again",
                    Cluster.timeUntil("no staleness", SOON, () -> manager.metric(STALENESS) == 0) / 1_000,
                    15,
                    "s");
            JsonNode codes = stage.finish(load).path("codes");
            figures.note("codes", codes);
            assertThat(codes.toString()).isEqualTo("{\"0\":" + pushes + "}");
            LedgerCheck check = stage.judge(1);
            figures.note("frames compared", check.frameCount());
            Stage.assertExact(check);
        } finally {
            members.forEach(EtcdServer::close);
        }
    }

    @Test
    @DisplayName("etcd-storm")
    @Tag("fault-8")
    @Tag("chaos-full")
    void tenThousandChangesAtOnceDelayNoPush(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2).start()) {
            cluster.open("r", 10, cluster.nodes);
            CompletableFuture<JsonNode> load =
                    cluster.stage.load("load", 100, cluster.lanes("r", 10, Scale.of(100, 300), "unary", "ACCEPTED"));
            cluster.awaitAnswered(100);
            int changes = 0;
            // Values that are no nodes and are never contacted, and one node whose value changes each time.
            String key = "/services/connect-node/127.0.0.1:1";
            while (changes < 10_000) {
                Map<String, String> values = new LinkedHashMap<>();
                for (int i = 0; i < 127; i++) {
                    values.put("/services/connect-node/storm-" + i, "{broken " + changes);
                }
                values.put(
                        key,
                        "{\"Op\":0,\"Addr\":\"127.0.0.1:1\",\"Metadata\":{\"node_id\":\"storm\",\"instance_id\":\"i"
                                + changes + "\",\"state\":\"serving\"}}");
                cluster.etcd.putAll(values);
                changes += values.size();
            }
            cluster.etcd.deletePrefix("/services/connect-node/storm-");
            cluster.etcd.delete(key);
            figures.note("changes", changes);
            figures.atMost(
                    "membership exact",
                    Cluster.timeUntil(
                            "two nodes again",
                            SOON,
                            () -> cluster.stage
                                            .push(
                                                    "m1",
                                                    Map.of(),
                                                    "ACCEPTED",
                                                    "who-" + Long.toString(System.nanoTime(), 36))
                                            .path("reply")
                                            .path("nodes_targeted")
                                            .asInt()
                                    == 2),
                    15_000,
                    "ms");
            assertThat(cluster.stage.finish(load).path("gave_up").asInt()).isZero();
            Latencies replies = Latencies.ofReplies(
                    cluster.stage.ledger(), push -> push.body().startsWith("load"));
            figures.note("replies p99", Figures.number(replies.p99()) + " ms");
            cluster.judge(figures, 20);
        }
    }

    /** Lines of the kind that would come with each attempt if nobody limited them. */
    private static long complaints(PushManagerProcess process) {
        return process.output()
                .lines()
                .filter(line -> line.contains("etcd") && line.contains("does not answer"))
                .count();
    }
}
