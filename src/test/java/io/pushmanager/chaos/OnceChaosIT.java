package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Push;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Once, in order, and counted: without a fault, and with a node that takes its time. */
class OnceChaosIT {

    private static final int ROOMS = 10;

    @Test
    @DisplayName("calm")
    void inCalmTotalsAreExactlyWhatTheClientsGot(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 3).startWithRooms(ROOMS)) {
            int each = Scale.of(100, 1_000);
            cluster.stage.finish(cluster.load(ROOMS, each, 300, "DELIVERED"));
            LedgerCheck check = cluster.judge(figures, 3 * ROOMS);
            long written = 0;
            long unknown = 0;
            for (Push push : cluster.stage.ledger().pushes()) {
                Push.Reply reply = push.reply();
                if (reply == null || reply.total() == null) {
                    throw new AssertionError(push + " has no totals");
                }
                written += reply.total().written();
                unknown += reply.total().unknown();
            }
            figures.exactly("unknown", unknown, 0);
            figures.exactly("written by the replies", written, check.frameCount());
            figures.exactly("frames", check.frameCount(), 3L * ROOMS * each);
        }
    }

    @Test
    @DisplayName("order")
    void randomDelaysInvertNothingOnTenWorkersOnALinkAndOnOneThatBreaks(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 3)) {
            MeddlingNode calls = cluster.meddle(cluster.nodes.get(0), false);
            MeddlingNode link = cluster.meddle(cluster.nodes.get(1), true);
            MeddlingNode breaking = cluster.meddle(cluster.nodes.get(2), true);
            breaking.breakLinks(40);
            cluster.wideMailboxes();
            cluster.manager().env("PM_NODE_CLIENT_CALL_DEADLINE", null); // each break costs some of it
            cluster.startWithRooms(20);
            List.of(calls, link, breaking).forEach(meddling -> meddling.delayUpTo(3_000));
            int each = Scale.of(250, 5_000);
            JsonNode counts = cluster.stage.finish(
                    cluster.stage.load("load", 800, cluster.lanes("r", 20, each, "stream", "ACCEPTED")),
                    Duration.ofMinutes(10));
            figures.note("codes", counts.path("codes"));
            figures.note("links opened, whole and breaking", link.links() + ", " + breaking.links());
            assertThat(calls.links()).isZero();
            assertThat(link.links()).isEqualTo(1);
            assertThat(breaking.links()).isGreaterThan(10);
            LedgerCheck check = cluster.judge(figures, 3 * 20);
            figures.exactly("inversions", check.violations().size(), 0);
            figures.exactly("frames in order", check.frameCount(), 3L * 20 * each);
        }
    }

    @Test
    @DisplayName("cut-off")
    void callsCutOffAndRepeatedElsewhereReachEachSocketOnce(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 2)) {
            MeddlingNode calls = cluster.meddle(cluster.nodes.get(0), false);
            MeddlingNode link = cluster.meddle(cluster.nodes.get(1), true);
            cluster.startWithRooms(ROOMS);
            // Longer than the shortest deadlines: many calls are given up with the nodes' copies still on their way.
            calls.delayUpTo(30_000);
            link.delayUpTo(30_000);
            int each = Scale.of(40, 100);
            List<Map<String, Object>> lanes = cluster.lanes("r", ROOMS, each, "unary", "DELIVERED").stream()
                    .map(lane -> {
                        Map<String, Object> with = new HashMap<>(lane);
                        String other = lane.get("manager").equals("m1") ? "m2" : "m1";
                        with.put("fail_over", List.of(other));
                        with.put("cut_off_ms", List.of(2, 20));
                        return with;
                    })
                    .toList();
            JsonNode counts = cluster.stage.finish(cluster.stage.load("load", 200, lanes));
            figures.note("calls", each * ROOMS);
            figures.note("cut off and repeated", counts.path("repeated").asInt());
            figures.exactly("calls that nobody took", counts.path("gave_up").asInt(), 0);
            assertThat(counts.path("repeated").asInt()).isGreaterThan(each * ROOMS / 4);
            assertThat(calls.links()).isZero();
            assertThat(link.links()).as("one from each manager").isEqualTo(2);
            LedgerCheck check = cluster.judge(figures, 2 * ROOMS);
            figures.note("counted as duplicate", duplicates(cluster.stage.ledger()));
            figures.exactly("frames (each message once a socket)", check.frameCount(), 2L * ROOMS * each);
        }
    }

    private static long duplicates(Ledger ledger) {
        long sum = 0;
        for (Push push : ledger.pushes()) {
            if (push.reply() != null && push.reply().total() != null) {
                sum += push.reply().total().duplicate();
            }
        }
        return sum;
    }
}
