package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.SocketLog;
import io.pushmanager.testing.ClientScript;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** A manager killed or stopped under load, and a publisher killed in the middle of its stream. */
class ManagerChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int ROOMS = 10;

    @Test
    @DisplayName("manager-killed")
    @Tag("fault-21")
    void callersFailOverWithTheirIdsAndNothingIsDoubledOrLost(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3).startWithRooms(ROOMS)) {
            int each = Scale.of(100, 600);
            CompletableFuture<JsonNode> load = cluster.stage.load("load", 300, failingOver(cluster, each, "DELIVERED"));
            cluster.awaitAnswered(300);
            cluster.manager().killHard();
            JsonNode counts = cluster.stage.finish(load);
            figures.note(
                    "repeated at the other manager", counts.path("repeated").asInt());
            assertThat(counts.path("repeated").asInt()).isPositive();
            figures.exactly("calls that nobody took", counts.path("gave_up").asInt(), 0);
            LedgerCheck check = cluster.judge(figures, 3 * ROOMS);
            figures.exactly("frames (each message once a socket)", check.frameCount(), 3L * ROOMS * each);
        }
    }

    @Test
    @DisplayName("stopped-under-load")
    @Tag("fault-20")
    @Tag("chaos-full")
    void sigtermOfANodeAndOfAManagerLosesNoAcceptedPush(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3).startWithRooms(ROOMS)) {
            CompletableFuture<JsonNode> load =
                    cluster.stage.load("load", 300, failingOver(cluster, Scale.of(180, 900), "ACCEPTED"));
            cluster.awaitAnswered(300);
            cluster.victim().terminate();
            figures.exactly("exit code of the node", cluster.victim().awaitExit(SOON), 0);
            long begun = System.nanoTime();
            cluster.manager().terminate();
            figures.exactly("exit code of the manager", cluster.manager().awaitExit(SOON), 0);
            figures.atMost("the manager took", (System.nanoTime() - begun) / 1e9, 30, "s");
            JsonNode counts = cluster.stage.finish(load);
            figures.exactly("calls that nobody took", counts.path("gave_up").asInt(), 0);
            cluster.judge(figures, 2 * ROOMS);
        }
    }

    @Test
    @DisplayName("publisher-killed")
    @Tag("fault-19")
    void whatAKilledPublisherHadAcceptedIsCountedExactlyAndNothingLeaks(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2);
                ClientScript doomed = ClientScript.doomedPusher()) {
            // Room for all that it sends: what a full mailbox turned away would be a hole of another kind.
            cluster.manager().env("PM_MAILBOX_MAX_MESSAGES", "100000");
            cluster.start();
            cluster.open("r", 1, cluster.nodes);
            cluster.stage.finish(cluster.stage.load("calm", 200, cluster.lanes("r", 1, 200, "stream", "ACCEPTED")));
            long threads = ProcessGauge.threads(cluster.manager());
            long files = ProcessGauge.openFiles(cluster.manager());
            double before = accepted(cluster);
            doomed.call(
                    "managers",
                    Map.of("managers", Map.of("m1", cluster.manager().address())));
            var unused = doomed.begin(
                    "load",
                    Map.of(
                            "lanes",
                            cluster.lanes("r", 1, 1_000_000, "stream", "ACCEPTED"),
                            "rate",
                            2_000,
                            "seed",
                            Scale.SEED,
                            "prefix",
                            "doomed"));
            await("under way").atMost(SOON).until(() -> accepted(cluster) > before + Scale.of(1_000, 10_000));
            doomed.kill();
            cluster.stage.flush(2);
            await("nothing left").atMost(SOON).untilAsserted(() -> {
                assertThat(ProcessGauge.threads(cluster.manager())).isLessThanOrEqualTo(threads + 2);
                assertThat(ProcessGauge.openFiles(cluster.manager())).isLessThanOrEqualTo(files + 1);
            });
            cluster.stage.flush(2);
            Ledger ledger = cluster.stage.ledger().addAll(doomed.ledger());
            LedgerCheck check = LedgerCheck.of(ledger);
            assertThat(check.violations().isEmpty()).as(check.toString()).isTrue();
            long counted = (long) (accepted(cluster) - before);
            Map<String, Long> got = new TreeMap<>();
            for (SocketLog socket : ledger.sockets()) {
                List<SocketLog.Frame> frames = socket.frames().stream()
                        .filter(frame -> frame.body().startsWith("doomed"))
                        .toList();
                got.put(socket.name(), (long) frames.size());
                for (int n = 0; n < frames.size(); n++) {
                    assertThat(frames.get(n).body()).isEqualTo("doomed-0-" + n);
                }
            }
            figures.note("frames compared", check.frameCount());
            for (Map.Entry<String, Long> socket : got.entrySet()) {
                figures.exactly(
                        "got by " + socket.getKey() + " (as many as the manager counts)", socket.getValue(), counted);
            }
        }
    }

    private static double accepted(Cluster cluster) {
        return cluster.manager()
                .get(cluster.manager().metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("push_manager_push_success_total") && line.contains("PushStream"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Lanes through m1 that go on at m2. */
    private static List<Map<String, Object>> failingOver(Cluster cluster, int each, String ack) {
        return cluster.lanes("r", ROOMS, each, "unary", ack).stream()
                .map(lane -> {
                    Map<String, Object> with = new HashMap<>(lane);
                    with.put("manager", "m1");
                    with.put("fail_over", List.of("m2"));
                    return with;
                })
                .toList();
    }
}
