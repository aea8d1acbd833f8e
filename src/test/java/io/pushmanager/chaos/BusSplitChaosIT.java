package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.cluster.MemberSettings;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.it.ForeignPublisher;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.Namespaces;
import io.pushmanager.testing.PushManagerProcess;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Three managers on machines of their own, as far as the network can tell, and the cluster's network cut between them. */
class BusSplitChaosIT {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final int MANAGERS = 3;
    private static final int CALLS = Scale.of(1_200, 6_000);
    private static final Duration SILENCE = Scale.of(Duration.ofSeconds(3), MemberSettings.DEFAULT_SILENCE);

    @Test
    @DisplayName("bus-split")
    @Tag("fault-22")
    void aClusterThatWasSplitIsWholeAgainAndGrpcNeverNoticed(TestReporter reporter) {
        assumeTrue(Namespaces.available(), "network namespaces need root and ip");
        Figures figures = new Figures(reporter);
        try (Namespaces net = new Namespaces(MANAGERS);
                EtcdServer etcd = EtcdServer.start();
                CuttableLink etcdLine = CuttableLink.at(net.work(0), portOf(etcd));
                Stage stage = new Stage(Scale.SEED)) {
            List<PushManagerProcess> managers = new ArrayList<>();
            for (int i = 1; i <= MANAGERS; i++) {
                managers.add(Scale.manager("m" + i, etcdLine.endpoint())
                        .in(net.name(i), net.work(i))
                        .env("PM_CLUSTER_ENABLED", "true")
                        .env("PM_CLUSTER_MEMBER_TIMEOUT", SILENCE.toSeconds() + "s")
                        .env("PM_CLUSTER_HOST", net.own(i)));
            }
            PushManagerProcess node = Scale.node("n1", etcdLine.endpoint()).at(net.work(0));
            stage.start(managers.get(0), managers.get(1), managers.get(2), node);
            stage.pushThrough(managers.toArray(PushManagerProcess[]::new));
            stage.open(List.of(Stage.socket("s1", node, "u1", "r-0", "r-1")));
            await("one cluster").atMost(LONG).until(() -> managers.stream().allMatch(one -> members(one) == MANAGERS));

            try (ForeignPublisher app = ForeignPublisher.join(
                    etcd,
                    MANAGERS,
                    100,
                    MemberSettings.local().withHost(net.own(0)).withSilence(SILENCE))) {
                stage.admit(app::tell);
                Set<String> ups = ConcurrentHashMap.newKeySet();
                app.vertx()
                        .eventBus()
                        .<JsonObject>consumer(
                                "push.v1.node-up",
                                up -> ups.add(up.body().getString("node_id") + "@"
                                        + up.body().getString("manager_id")));
                CompletableFuture<JsonNode> calls = stage.load("grpc", 60, lanes());
                PushManagerProcess lonely = managers.get(2);

                net.cut(MANAGERS);
                double split = Cluster.timeUntil(
                        "split", LONG, () -> members(lonely) == 1 && members(managers.get(0)) == MANAGERS);
                figures.atMost("two clusters after", split / 1e3, 20, "s");
                app.push("r-0", "split", 0, 200, AckLevel.DELIVERED, true);
                app.awaitAnswered(200, LONG);
                figures.atMost("longest request while it was split", app.longestSeconds(), 10, "s");

                net.mend(MANAGERS);
                double whole = Cluster.timeUntil(
                        "whole",
                        LONG,
                        () -> app.publisher().managers() == MANAGERS
                                && managers.stream().allMatch(one -> isReached(one, MANAGERS + 1)));
                figures.atMost("one cluster again after", whole / 1e3, 30, "s");
                double before = handled(lonely);
                app.push("r-0", "whole", 0, 300, AckLevel.DELIVERED, false);
                app.awaitAnswered(500, LONG);
                assertThat(handled(lonely) - before).as("its share").isGreaterThanOrEqualTo(60);

                ups.clear();
                PushManagerProcess late = Scale.node("n2", etcdLine.endpoint()).at(net.work(0));
                stage.begin(late).awaitReady(Stage.READY);
                await("every manager's events arrive again")
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> ups.containsAll(Set.of("n2@m1", "n2@m2", "n2@m3")));
                JsonNode counts = stage.finish(calls, LONG);
                assertThat(counts.path("codes").toString()).as("gRPC").isEqualTo("{\"0\":" + CALLS + "}");
                LedgerCheck check = stage.judge(1);
                Stage.assertExact(check);
                figures.exactly("frames (each message once)", check.frameCount(), CALLS + 500);
            }
        }
    }

    private static List<Map<String, Object>> lanes() {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (int i = 1; i <= MANAGERS; i++) {
            lanes.add(Stage.lane("m" + i, Map.of("room", "r-1"), CALLS / MANAGERS, "unary", "DELIVERED"));
        }
        return lanes;
    }

    private static int portOf(EtcdServer etcd) {
        String endpoint = etcd.endpoint();
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private static boolean isReached(PushManagerProcess manager, int members) {
        return manager.get(manager.metricsPort(), "/health/ready").body().contains("joined, members: " + members);
    }

    private static long members(PushManagerProcess manager) {
        return (long) manager.metric("push_manager_cluster_members");
    }

    private static double handled(PushManagerProcess manager) {
        return manager.get(manager.metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("push_manager_api_requests_total{") && line.contains("EventBus"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
