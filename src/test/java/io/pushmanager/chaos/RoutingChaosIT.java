package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Violation;
import io.pushmanager.ledger.Violation.Kind;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Whoever has seen {@code joined} or {@code welcome} before a push began receives it, whichever process stands still or dies. */
class RoutingChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration LEASE = Scale.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    @Test
    @DisplayName("routing")
    void nobodyIsMissedByInterestOrByBroadcastWhileProcessesFreezeAndDie(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = cluster("interest", "broadcast")) {
            PushManagerProcess manager = cluster.manager();
            Churn churn = Churn.begin(cluster, cluster.stage, "churn", 400);
            Cluster.pause(LEASE);
            freeze(LEASE.multipliedBy(3), manager);
            Cluster.pause(LEASE);
            freeze(LEASE.multipliedBy(2), cluster.nodes.get(0));
            Cluster.pause(LEASE);
            restart(churn, cluster.victim(), manager);
            Cluster.pause(LEASE);
            Stage.assertExact(churn.judge(figures));
            assertThat(churn.passingBy()).containsOnlyKeys("m1");
        }
    }

    @Test
    @DisplayName("routing-interest")
    @Tag("chaos-full")
    void nobodyIsMissedByInterestInManyRounds(TestReporter reporter) {
        try (Cluster cluster = cluster("interest", "interest")) {
            assertThat(manyRounds(cluster, reporter).passingBy()).containsOnlyKeys("m1", "m2");
        }
    }

    @Test
    @DisplayName("routing-broadcast")
    @Tag("chaos-full")
    void nobodyIsMissedByBroadcastInManyRounds(TestReporter reporter) {
        try (Cluster cluster = cluster("broadcast", "broadcast")) {
            assertThat(manyRounds(cluster, reporter).passingBy()).isEmpty();
        }
    }

    @Test
    @DisplayName("routing-sabotage-lease")
    void aLeaseThatIsBrokenInBetweenIsNoticed(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2)) {
            MeddlingNode meddling = cluster.meddle(cluster.victim(), true).withLeases();
            routing(cluster.manager(), "interest");
            cluster.start();
            Stage.assertExact(quietRun(cluster, "honest", figures));

            meddling.delayInterest(300, 1_000);
            LedgerCheck check = quietRun(cluster, "sabotaged", figures);
            figures.note("found", check.violations().size());
            assertThat(check.violations()).extracting(Violation::kind).containsOnly(Kind.MISSING);
            assertThat(check.violations())
                    .extracting(Violation::text)
                    .allMatch(text -> text.contains(" at " + cluster.victim().name() + ")"));
            assertThat(meddling.links()).isEqualTo(1);
        }
    }

    /** Nothing happens to any process. With clients and a ledger of its own. */
    private static LedgerCheck quietRun(Cluster cluster, String name, Figures figures) {
        try (Stage clients = new Stage(Scale.SEED)) {
            clients.pushThrough(cluster.manager());
            Churn churn = Churn.begin(cluster, clients, name, 200);
            Cluster.pause(LEASE.multipliedBy(4));
            LedgerCheck check = churn.judge(figures);
            assertThat(churn.passingBy()).isNotEmpty();
            return check;
        }
    }

    private static Churn manyRounds(Cluster cluster, TestReporter reporter) {
        Figures figures = new Figures(reporter);
        Random random = new Random(Scale.SEED);
        Churn churn = Churn.begin(cluster, cluster.stage, "churn", 300);
        for (int round = 0; round < Scale.of(8, 60); round++) {
            PushManagerProcess manager = anyOf(cluster.managers, random);
            PushManagerProcess node = anyOf(cluster.nodes, random);
            Duration time = LEASE.multipliedBy(20 + random.nextInt(200)).dividedBy(100);
            switch (random.nextInt(6)) {
                case 0 -> freeze(time, manager);
                case 1 -> freeze(time, node);
                case 2 -> freeze(time, manager, node);
                case 3 -> restart(churn, manager);
                case 4 -> restart(churn, node);
                default -> restart(churn, manager, node);
            }
            Cluster.pause(Duration.ofMillis(random.nextInt(1_000)));
        }
        Stage.assertExact(churn.judge(figures));
        return churn;
    }

    private static <T> T anyOf(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static Cluster cluster(String firstMode, String secondMode) {
        Cluster cluster = new Cluster(2, 3);
        routing(cluster.managers.get(0), firstMode);
        routing(cluster.managers.get(1), secondMode);
        // A manager that goes on has pushes to route before it hears what has come meanwhile.
        cluster.link().delay(25);
        return cluster.start();
    }

    private static void routing(PushManagerProcess manager, String mode) {
        manager.env("PM_ROUTING_MODE", mode).env("PM_ROUTING_INTEREST_LEASE", LEASE.toMillis() + "ms");
    }

    private static void freeze(Duration time, PushManagerProcess... frozen) {
        for (PushManagerProcess process : frozen) {
            process.freeze();
        }
        Cluster.pause(time);
        for (PushManagerProcess process : frozen) {
            process.thaw();
        }
    }

    /** SIGKILL, and again on the same ports; nodes are used again when they are ready. */
    private static void restart(Churn churn, PushManagerProcess... killed) {
        List<PushManagerProcess> nodes = new ArrayList<>(List.of(killed));
        nodes.removeIf(PushManagerProcess::isOnlyManager);
        churn.without(nodes);
        for (PushManagerProcess process : killed) {
            process.killHard();
        }
        for (PushManagerProcess process : killed) {
            process.start();
        }
        for (PushManagerProcess process : killed) {
            process.awaitReady(SOON);
        }
        churn.without(List.of());
    }
}
