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
        try (Cluster cluster = new Cluster(2, 3).start()) {
            cluster.open("r", ROOMS, cluster.nodes);
            int each = Scale.of(100, 1_000);
            cluster.stage.finish(
                    cluster.stage.load("load", 300, cluster.lanes("r", ROOMS, each, "unary", "DELIVERED")));
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
    void tenWorkersAndRandomDelaysAtTheNodeInvertNothing(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 1);
                MeddlingNode meddling = new MeddlingNode(cluster.victim().grpcPort(), Scale.SEED)) {
            cluster.victim().env("ADVERTISE_ADDRESS", meddling.endpoint()).env("PM_NODE_LINK_ENABLED", "false");
            // Room for all that waits, so that a node slower than the publisher turns nothing away.
            cluster.manager().env("PM_MAILBOX_MAX_MESSAGES", "100000").env("PM_MAILBOX_MAX_BYTES", "128MiB");
            cluster.start();
            cluster.open("r", 20, cluster.nodes);
            meddling.delayUpTo(3_000);
            int each = Scale.of(250, 5_000);
            JsonNode counts = cluster.stage.finish(
                    cluster.stage.load("load", 800, cluster.lanes("r", 20, each, "stream", "ACCEPTED")),
                    Duration.ofMinutes(10));
            figures.note("codes", counts.path("codes"));
            LedgerCheck check = cluster.judge(figures, 20);
            figures.exactly("inversions", check.violations().size(), 0);
            figures.exactly("frames in order", check.frameCount(), 20L * each);
        }
    }

    @Test
    @DisplayName("link-order")
    void aLateLinkThatBreaksAllTheTimeLosesDoublesAndInvertsNothing(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 1);
                MeddlingNode meddling = new MeddlingNode(cluster.victim().grpcPort(), Scale.SEED)) {
            cluster.victim().env("ADVERTISE_ADDRESS", meddling.endpoint());
            cluster.manager().env("PM_MAILBOX_MAX_MESSAGES", "100000").env("PM_MAILBOX_MAX_BYTES", "128MiB");
            cluster.manager().env("PM_NODE_CLIENT_CALL_DEADLINE", null); // each break costs some of it
            meddling.passLinks(40); // before the manager comes: without it, it falls back for good
            cluster.start();
            cluster.open("r", 20, cluster.nodes);
            meddling.delayUpTo(3_000);
            int each = Scale.of(250, 5_000);
            JsonNode counts = cluster.stage.finish(
                    cluster.stage.load("load", 800, cluster.lanes("r", 20, each, "stream", "ACCEPTED")),
                    Duration.ofMinutes(10));
            figures.note("codes", counts.path("codes"));
            LedgerCheck check = cluster.judge(figures, 20);
            figures.exactly("inversions", check.violations().size(), 0);
            figures.exactly("frames in order", check.frameCount(), 20L * each);
        }
    }

    @Test
    @DisplayName("cut-off")
    void callsCutOffAndRepeatedElsewhereReachEachSocketOnce(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 2);
                MeddlingNode meddling = new MeddlingNode(cluster.victim().grpcPort(), Scale.SEED)) {
            cluster.victim().env("ADVERTISE_ADDRESS", meddling.endpoint()).env("PM_NODE_LINK_ENABLED", "false");
            cluster.start();
            cluster.open("r", ROOMS, cluster.nodes);
            // Longer than the shortest deadlines: many calls are given up with the node's copy still on its way.
            meddling.delayUpTo(30_000);
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
