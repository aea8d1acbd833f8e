package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.chaos.MeddlingNode.Sabotage;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Violation;
import io.pushmanager.ledger.Violation.Kind;
import io.pushmanager.testing.EtcdServer;
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
 * Each guarantee broken on purpose by a part in between, and the same check as everywhere must say so.
 *
 * <p>One manager and one node for all of them; each case has clients and a ledger of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SabotageChaosIT {

    private static final int PUSHES = 60;

    private final EtcdServer etcd = EtcdServer.start();
    private final Stage processes = new Stage(Scale.SEED);
    private final PushManagerProcess manager = Scale.manager("m1", etcd.endpoint());
    private final PushManagerProcess node = Scale.node("n1", etcd.endpoint());
    private final MeddlingNode meddling = new MeddlingNode(node.grpcPort(), Scale.SEED);

    @BeforeAll
    void start() {
        node.env("ADVERTISE_ADDRESS", meddling.endpoint()).env("PM_NODE_LINK_ENABLED", "false");
        processes.start(manager, node);
    }

    @AfterAll
    void end() {
        processes.close();
        meddling.close();
        etcd.close();
    }

    @Test
    @DisplayName("sabotage-none")
    void withoutSabotageTheSameRunIsGreen(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.NONE, reporter)).isEmpty();
    }

    @Test
    @DisplayName("sabotage-once")
    void aPushHandedOnTwiceIsNoticed(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.DOUBLE, reporter)).contains(Kind.DOUBLED);
    }

    @Test
    @DisplayName("sabotage-order")
    void aPushHandedOnLateIsNoticed(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.REORDER, reporter)).contains(Kind.REORDERED);
    }

    @Test
    @DisplayName("sabotage-missing")
    void aPushThatIsDroppedIsNoticed(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.DROP, reporter)).contains(Kind.MISSING);
    }

    @Test
    @DisplayName("sabotage-socket")
    void aPushForTheWrongSocketIsNoticed(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.MISROUTE, reporter)).contains(Kind.MISROUTED);
    }

    @Test
    @DisplayName("sabotage-totals")
    void totalsThatLieAreNoticed(TestReporter reporter) {
        assertThat(kindsUnder(Sabotage.MISCOUNT, reporter)).containsExactly(Kind.MISCOUNTED);
    }

    private Set<Kind> kindsUnder(Sabotage sabotage, TestReporter reporter) {
        meddling.sabotage(sabotage);
        try (Stage clients = new Stage(Scale.SEED)) {
            clients.pushThrough(manager);
            clients.open(List.of(
                    Stage.socket("s1", node, "u1", "room"), Stage.socket("s2", node, "u2", MeddlingNode.WRONG_ROOM)));
            clients.finish(clients.load(
                    sabotage.name(),
                    500,
                    List.of(Stage.lane("m1", Map.of("room", "room"), PUSHES, "unary", "DELIVERED"))));
            LedgerCheck check = clients.judge(2);
            Map<Kind, Long> found =
                    check.violations().stream().collect(Collectors.groupingBy(Violation::kind, Collectors.counting()));
            new Figures(reporter).note("found", found);
            return found.keySet();
        } finally {
            meddling.sabotage(Sabotage.NONE);
        }
    }
}
