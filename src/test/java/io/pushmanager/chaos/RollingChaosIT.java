package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.MovedClients;
import io.pushmanager.testing.ClientScript;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Every process is stopped by SIGTERM and started again, one after the other, under load: nodes, managers, the Controller.
 *
 * <p>Clients go elsewhere before they leave, callers go on at the other manager. In the quick form one of each kind is
 * restarted at a time, which is no easier.
 */
class RollingChaosIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int ROOMS = 12;
    private static final int CLIENTS_A_NODE = Scale.of(30, 200);
    private static final int PER_SECOND = Scale.of(40, 100);
    /** More than a run lasts. */
    private static final int ENDLESS = 1_000_000;

    @Test
    @DisplayName("rolling")
    @Tag("fault-24")
    void everyProcessIsRestartedUnderLoadAndNobodyMissesAnything(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, Scale.of(2, 3))) {
            PushManagerProcess controller = Scale.controller("c1", cluster.etcd.endpoint());
            for (PushManagerProcess node : cluster.nodes) {
                node.env("PM_NODE_DRAIN_CONNECTIONS_PER_SECOND", Integer.toString(PER_SECOND));
                node.env("PM_DRAIN_SOCKET_GRACE", Scale.of(5, 10) + "s");
            }
            cluster.stage.begin(controller);
            cluster.start();
            controller.awaitReady(SOON);
            int clients = begin(cluster);
            CompletableFuture<JsonNode> load = cluster.stage.load("load", Scale.of(150, 200), lanes(cluster));
            cluster.awaitAnswered(100);
            double slowest = 0;
            for (List<PushManagerProcess> turn : turns(cluster, controller)) {
                slowest = Math.max(slowest, restart(turn));
            }
            cluster.awaitAnswered(100);
            cluster.stage.pusher().call("stop", Map.of());
            JsonNode pushed = cluster.stage.finish(load);
            ClientScript sockets = cluster.stage.sockets();
            JsonNode moved = sockets.await(sockets.begin("settle", Map.of()), SOON);
            figures.atMost("the slowest of all ended after", slowest, 30, "s");
            figures.note("codes", pushed.path("codes"));
            figures.note("repeated elsewhere", pushed.path("repeated").asInt());
            figures.exactly("pushes that nobody took", pushed.path("gave_up").asInt(), 0);
            figures.exactly("clients connected", moved.path("open").asInt(), clients);
            figures.exactly("cut short", moved.path("cut_short").asInt(), 0);
            figures.exactly(
                    "shown twice or not at all by client.js",
                    moved.path("amiss").asInt(),
                    0);
            cluster.judge(figures, clients);
            judge(
                    figures,
                    MovedClients.of(cluster.stage.ledger()),
                    moved.path("moves").asInt());
        }
    }

    private static void judge(Figures figures, MovedClients clients, int moves) {
        figures.note("recipients certain", clients.provenCount());
        figures.note("moves", moves);
        figures.exactly("told to go", clients.toldToGo(), moves);
        figures.exactly("missed or got as two", clients.violations().size(), 0);
        figures.atMost("came early by", clients.earliestByMillis(), 2, "ms");
        figures.atMost("asked back a second", clients.mostAskedInASecond(), PER_SECOND * 1.1, "");
        figures.atMost("came back a second", clients.mostOpenedInASecond(), PER_SECOND * Scale.of(15, 12) / 10.0, "");
        assertThat(moves).isGreaterThanOrEqualTo(CLIENTS_A_NODE * 2);
        assertThat(clients.provenCount()).isPositive();
    }

    /** In each room some clients of every node, who are users of their own; every third uses the product's /client.js. */
    private static int begin(Cluster cluster) {
        List<Map<String, Object>> clients = new ArrayList<>();
        Map<String, String> urls = new HashMap<>();
        for (PushManagerProcess node : cluster.nodes) {
            urls.put(node.name(), node.webSocketUrl());
            for (int i = 0; i < CLIENTS_A_NODE; i++) {
                String name = node.name() + "-" + i;
                List<String> rooms = List.of("r-" + i % ROOMS, "all-of-" + node.name());
                clients.add(Map.of(
                        "name",
                        name,
                        "user",
                        "user-" + name,
                        "rooms",
                        rooms,
                        "node",
                        node.name(),
                        "library",
                        i % 3 == 0));
            }
        }
        cluster.stage
                .sockets()
                .call("movers", Map.of("clients", clients, "nodes", urls, "handover_ms", Scale.of(250, 500)));
        return clients.size();
    }

    /** Callers of all kinds, each of which goes on at the other manager when one does not take a push. */
    private static List<Map<String, Object>> lanes(Cluster cluster) {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (int room = 0; room < ROOMS; room++) {
            String ack = room % 4 < 2 ? "DELIVERED" : "ACCEPTED";
            lanes.add(lane(cluster, room, Map.of("room", "r-" + room), room % 3 == 0 ? "stream" : "unary", ack));
        }
        for (PushManagerProcess node : cluster.nodes) {
            for (int i = 0; i < 4; i++) {
                Map<String, String> user = Map.of("user", "user-" + node.name() + "-" + i);
                lanes.add(lane(cluster, i, user, i % 4 < 2 ? "stream" : "unary", "DELIVERED"));
            }
        }
        lanes.add(lane(cluster, 0, Map.of(), "unary", "DELIVERED"));
        return lanes;
    }

    private static Map<String, Object> lane(Cluster cluster, int index, Map<String, ?> target, String api, String ack) {
        String first = cluster.managers.get(index % 2).name();
        String second = cluster.managers.get((index + 1) % 2).name();
        Map<String, Object> lane = new HashMap<>(Stage.lane(first, target, ENDLESS, api, ack));
        lane.put("fail_over", List.of(second, first));
        return lane;
    }

    private static List<List<PushManagerProcess>> turns(Cluster cluster, PushManagerProcess controller) {
        List<PushManagerProcess> nodes = cluster.nodes;
        List<PushManagerProcess> managers = cluster.managers;
        if (!Scale.FULL) {
            return List.of(List.of(nodes.get(0), managers.get(0), controller), List.of(nodes.get(1), managers.get(1)));
        }
        List<List<PushManagerProcess>> turns = new ArrayList<>();
        nodes.forEach(node -> turns.add(List.of(node)));
        managers.forEach(manager -> turns.add(List.of(manager)));
        turns.add(List.of(controller));
        return turns;
    }

    /** @return seconds until the slowest had ended */
    private static double restart(List<PushManagerProcess> turn) {
        long begun = System.nanoTime();
        turn.forEach(PushManagerProcess::terminate);
        for (PushManagerProcess process : turn) {
            assertThat(process.awaitExit(SOON))
                    .as("exit code of " + process.name())
                    .isZero();
        }
        double took = (System.nanoTime() - begun) / 1e9;
        turn.forEach(PushManagerProcess::start);
        turn.forEach(process -> process.awaitReady(SOON));
        return took;
    }
}
