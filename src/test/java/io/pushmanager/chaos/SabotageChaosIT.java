package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Violation;
import io.pushmanager.ledger.Violation.Kind;
import io.pushmanager.testing.PushManagerProcess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestReporter;

/**
 * Each guarantee broken on purpose by a part in between, and the same check as everywhere must say so: once for pushes that come
 * to a node as calls, once for those on a {@code link.v1} stream.
 *
 * <p>One manager and two nodes for all of them; each run has clients and a ledger of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SabotageChaosIT {

    private static final int PUSHES = 60;

    private record Way(String name, boolean links, PushManagerProcess node, MeddlingNode meddling) {}

    private final Cluster cluster = new Cluster(1, 2);
    private final List<Way> ways = List.of(way("calls", 0, false), way("link", 1, true));

    private Way way(String name, int node, boolean links) {
        PushManagerProcess process = cluster.nodes.get(node);
        return new Way(name, links, process, cluster.meddle(process, links));
    }

    @BeforeAll
    void start() {
        cluster.start();
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @Test
    @DisplayName("sabotage-none")
    void withoutSabotageTheSameRunIsGreen(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.NONE, way, reporter)).as(way.name).isEmpty();
        }
    }

    @Test
    @DisplayName("sabotage-once")
    void aPushHandedOnTwiceIsNoticed(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.DOUBLE, way, reporter)).as(way.name).contains(Kind.DOUBLED);
        }
    }

    @Test
    @DisplayName("sabotage-order")
    void aPushHandedOnLateIsNoticed(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.REORDER, way, reporter)).as(way.name).contains(Kind.REORDERED);
        }
    }

    @Test
    @DisplayName("sabotage-missing")
    void aPushThatIsDroppedIsNoticed(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.DROP, way, reporter)).as(way.name).contains(Kind.MISSING);
        }
    }

    @Test
    @DisplayName("sabotage-socket")
    void aPushForTheWrongSocketIsNoticed(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.MISROUTE, way, reporter))
                    .as(way.name)
                    .contains(Kind.MISROUTED);
        }
    }

    @Test
    @DisplayName("sabotage-totals")
    void totalsThatLieAreNoticed(TestReporter reporter) {
        for (Way way : ways) {
            assertThat(kindsUnder(Sabotage.MISCOUNT, way, reporter))
                    .as(way.name)
                    .containsExactly(Kind.MISCOUNTED);
        }
    }

    private Set<Kind> kindsUnder(Sabotage sabotage, Way way, TestReporter reporter) {
        way.meddling.sabotage(sabotage);
        try (Stage clients = new Stage(Scale.SEED)) {
            clients.pushThrough(cluster.manager());
            clients.open(List.of(
                    Stage.socket("s1", way.node, "u1", "room"),
                    Stage.socket("s2", way.node, "u2", Sabotage.WRONG_ROOM)));
            clients.finish(clients.load(
                    sabotage.name() + "-" + way.name,
                    500,
                    List.of(Stage.lane("m1", Map.of("room", "room"), PUSHES, "unary", "DELIVERED"))));
            LedgerCheck check = clients.judge(2);
            Map<Kind, Long> found =
                    check.violations().stream().collect(Collectors.groupingBy(Violation::kind, Collectors.counting()));
            new Figures(reporter).note("found on " + way.name, found);
            assertThat(way.meddling.links()).isEqualTo(way.links ? 1 : 0);
            return found.keySet();
        } finally {
            way.meddling.sabotage(Sabotage.NONE);
        }
    }
}
