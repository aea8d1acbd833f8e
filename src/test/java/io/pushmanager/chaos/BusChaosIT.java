package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.it.ForeignPublisher;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The clustered event bus: three managers and an application in another JVM, and what befalls them. */
class BusChaosIT {

    private static final Duration LONG = Duration.ofSeconds(240);
    private static final int WINDOW = 200;
    private static final int SOCKETS = 2;

    @Test
    @DisplayName("bus-spread")
    @Tag("chaos-full")
    void oneHundredThousandRequestsAreHandledOnceAndEvenlyWhileAManagerStops(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = clustered();
                ForeignPublisher app = join(cluster)) {
            int first = Scale.of(6_000, 60_000);
            app.push("r-0", "calm", 0, first, AckLevel.ACCEPTED, false);
            app.awaitAnswered(first, LONG);
            List<Double> handled =
                    cluster.managers.stream().map(BusChaosIT::handled).toList();
            figures.note("handled by each", handled);
            figures.exactly(
                    "handled in all",
                    (long) handled.stream().mapToDouble(Double::doubleValue).sum(),
                    first);
            ForeignPublisher.assertSpread(handled);

            int second = Scale.of(4_000, 40_000);
            Thread load = new Thread(() -> app.push("r-0", "stop", 0, second, AckLevel.ACCEPTED, false));
            load.start();
            app.awaitAnswered(first + second / 4, LONG);
            cluster.manager().terminate();
            figures.exactly(
                    "exit code of the manager that stopped", cluster.manager().awaitExit(LONG), 0);
            figures.note("answered when it had stopped", app.answered() - first);
            app.awaitAnswered(first + second, LONG);
            figures.note("answers", app.codes());
            assertThat(app.codes()).isEqualTo(Map.of("OK", first + second));
            figures.note("longest", Figures.number(app.longestSeconds()) + " s");
            assertEachOnce(figures, cluster, first + second);
        }
    }

    @Test
    @DisplayName("bus-manager-killed")
    @Tag("fault-23")
    @Tag("chaos-full")
    void requestsToAKilledManagerFailSoonAndRepeatedOnesDoubleNothing(TestReporter reporter) {
        hurt(new Figures(reporter), PushManagerProcess::killHard);
    }

    @Test
    @DisplayName("bus-manager-frozen")
    @Tag("fault-23")
    @Tag("chaos-full")
    void requestsToAFrozenManagerFailSoonAndRepeatedOnesDoubleNothing(TestReporter reporter) {
        hurt(new Figures(reporter), PushManagerProcess::freeze);
    }

    private static void hurt(Figures figures, Consumer<PushManagerProcess> blow) {
        try (Cluster cluster = clustered();
                ForeignPublisher app = join(cluster)) {
            int count = Scale.of(6_000, 60_000);
            Thread load = new Thread(() -> app.push("r-0", "hurt", 0, count, AckLevel.DELIVERED, true));
            load.start();
            app.awaitAnswered(count / 3, LONG);
            blow.accept(cluster.manager());
            app.awaitAnswered(count, LONG);
            figures.note("answers, repeated requests each time", app.codes());
            figures.note("repeated", app.repeated());
            figures.atMost("longest request", app.longestSeconds(), 10, "s");
            assertThat(app.codes()).containsEntry("OK", count);
            assertThat(app.repeated()).as("requests that failed").isPositive();
            assertEachOnce(figures, cluster, count);
        }
    }

    @Test
    @DisplayName("bus-expelled")
    @Tag("fault-22")
    @Tag("fault-23")
    @Tag("chaos-full")
    void aManagerThatTheOthersGaveUpIsReachedAgainWhenItGoesOn(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = clustered();
                ForeignPublisher app = join(cluster)) {
            PushManagerProcess victim = oldest(cluster);
            PushManagerProcess other = cluster.managers.get(victim == cluster.manager() ? 1 : 0);
            CompletableFuture<JsonNode> calls = cluster.stage.load(
                    "grpc", 60, List.of(Stage.lane(other.name(), Map.of("room", "r-1"), 4_000, "unary", "DELIVERED")));
            await("the application is a member").atMost(LONG).until(() -> cluster.managers.stream()
                    .allMatch(manager -> members(manager) == 4));
            victim.freeze();
            // Perhaps the application too, for a while: members need not notice at the same moment.
            double expelled = Cluster.timeUntil("given up", Duration.ofSeconds(30), () -> members(other) < 4);
            figures.atMost("the others gave it up, and say so, after", expelled / 1e3, 20, "s");
            await("silence").atMost(LONG).until(() -> app.publisher().managers() < 3);
            victim.thaw();
            double unreached = handled(victim);
            AtomicInteger probes = new AtomicInteger();
            double healed = Cluster.timeUntil("reached again", Duration.ofSeconds(60), () -> {
                int asked = probes.getAndAdd(6);
                // None is waited for: what is lost on its way into the cluster is answered by nobody.
                app.push("r-0", "probe", asked, asked + 6, AckLevel.DELIVERED, false);
                return handled(victim) > unreached
                        && cluster.managers.stream().allMatch(manager -> members(manager) == 4);
            });
            figures.atMost("it handles requests again after", healed / 1e3, 30, "s");
            app.awaitAnswered(probes.get(), LONG);
            double before = handled(victim);
            int answered = app.answered();
            int taken = app.codes().getOrDefault("OK", 0);
            app.push("r-0", "after", 0, 300, AckLevel.DELIVERED, false);
            app.awaitAnswered(answered + 300, LONG);
            figures.exactly("requests taken afterwards", app.codes().getOrDefault("OK", 0) - taken, 300);
            assertThat(handled(victim)).as("it takes its share").isGreaterThanOrEqualTo(before + 60);
            JsonNode counts = cluster.stage.finish(calls, LONG);
            assertThat(counts.path("codes").toString()).as("gRPC").isEqualTo("{\"0\":4000}");
            cluster.judge(figures, SOCKETS);
        }
    }

    /** m1, m2, m3 in one cluster, a node, and two sockets in the rooms r-0 and r-1. */
    private static Cluster clustered() {
        Cluster cluster = new Cluster(3, 1);
        try {
            for (PushManagerProcess manager : cluster.managers) {
                manager.env("PM_CLUSTER_ENABLED", "true")
                        .env("PM_CLUSTER_PORT", "0")
                        .env("PM_MAILBOX_MAX_MESSAGES", "100000");
            }
            cluster.start();
            cluster.stage.open(List.of(
                    Stage.socket("s1", cluster.victim(), "u1", "r-0", "r-1"),
                    Stage.socket("s2", cluster.victim(), "u2", "r-0", "r-1")));
            await("one cluster").atMost(LONG).until(() -> cluster.managers.stream()
                    .allMatch(manager -> members(manager) == 3));
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** The first in the cluster: to give up that one takes its next the consent of all others. */
    private static PushManagerProcess oldest(Cluster cluster) {
        return Collections.min(cluster.managers, Comparator.comparing(manager -> manager.output()
                .lines()
                .filter(line -> line.contains("in the cluster"))
                .findFirst()
                .orElseThrow())); // a line begins with its time
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

    /** An application beside the managers, whose calls and answers are a part of the ledger. */
    private static ForeignPublisher join(Cluster cluster) {
        ForeignPublisher app = ForeignPublisher.join(cluster.etcd, 3, WINDOW);
        cluster.stage.admit(app::tell);
        return app;
    }

    /** By the ledger; and each of these pushes was due at both sockets. */
    private static void assertEachOnce(Figures figures, Cluster cluster, int pushes) {
        LedgerCheck check = cluster.judge(figures, SOCKETS);
        figures.exactly("proven to be due at a socket", check.provenCount(), (long) SOCKETS * pushes);
        figures.exactly("frames (each message once a socket)", check.frameCount(), (long) SOCKETS * pushes);
    }
}
