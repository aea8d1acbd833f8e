package io.pushmanager.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether pushes that do not concern a hurt node are as fast as in calm: rooms r-0, r-1, … have nobody at it.
 *
 * <p>Calm and hurt are measured in turn, up to five times; the bound must hold in one of the rounds. The machine's own noise
 * makes a p99 of a few seconds jump, a node that delays the others shows in every round.
 */
final class Isolation {

    private static final int ROUNDS = 5;

    private final Cluster cluster;
    private final int rooms;

    Isolation(Cluster cluster, int rooms) {
        this.cluster = cluster;
        this.rooms = rooms;
    }

    void warmUp() {
        load("warm-up", 40);
    }

    /** @param whileHurt runs once, right after the first hurt */
    void compare(Figures figures, Runnable hurt, Runnable heal, Runnable whileHurt) {
        int each = Scale.of(60, 300);
        List<String> rounds = new ArrayList<>();
        for (int round = 1; ; round++) {
            load("calm" + round + "-", each);
            hurt.run();
            try {
                if (round == 1) {
                    whileHurt.run();
                }
                load("hurt" + round + "-", each);
            } finally {
                heal.run();
            }
            Ledger ledger = cluster.stage.ledger();
            double calmReplies = replies(ledger, "calm" + round);
            double calmArrivals = arrivals(ledger, "calm" + round);
            double hurtReplies = replies(ledger, "hurt" + round);
            double hurtArrivals = arrivals(ledger, "hurt" + round);
            rounds.add(Figures.number(calmArrivals) + " to " + Figures.number(hurtArrivals));
            boolean held = hurtReplies <= bound(calmReplies) && hurtArrivals <= bound(calmArrivals);
            if (held || round == ROUNDS) {
                figures.note("p99 of arrivals, calm to hurt, ms", rounds);
                figures.atMost("p99 of replies", hurtReplies, bound(calmReplies), "ms");
                figures.atMost("p99 of arrivals", hurtArrivals, bound(calmArrivals), "ms");
                return;
            }
            awaitAllReported("");
        }
    }

    /** Waits until a push to all is reported by every node, and names this one. Returns milliseconds. */
    double awaitAllReported(String node) {
        return Cluster.timeUntil("all report", Duration.ofSeconds(60), () -> {
            JsonNode answer = cluster.pushToAll("back");
            JsonNode reports = answer.path("reply").path("nodes");
            for (JsonNode report : reports) {
                if (!report.path("outcome").asText().equals("OUTCOME_REPORTED")) {
                    return false;
                }
            }
            return !reports.isEmpty()
                    && (node.isEmpty() || !Cluster.outcomeAt(answer, node).isEmpty());
        });
    }

    private void load(String prefix, int each) {
        cluster.stage.finish(cluster.stage.load(prefix, 150, cluster.lanes("r", rooms, each, "unary", "ACCEPTED")));
    }

    private static double bound(double calm) {
        return Math.max(1.5 * calm, calm + 5);
    }

    private static double replies(Ledger ledger, String prefix) {
        return Latencies.ofReplies(ledger, push -> push.body().startsWith(prefix))
                .p99();
    }

    private static double arrivals(Ledger ledger, String prefix) {
        return Latencies.ofArrivals(ledger, push -> push.body().startsWith(prefix))
                .p99();
    }
}
