package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Push;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Managers and nodes as processes that meet only through etcd. */
class ClusterIT {

    private static final int ROOMS = 30;
    private static final long SEED = 20_261_121;

    @Test
    @Tag("fault-9")
    void tenThousandPushesArriveExactlyOnceWhileANodeDiesAnotherStartsAndEtcdRestarts() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess m1 = manager("m1", etcd);
            PushManagerProcess m2 = manager("m2", etcd);
            PushManagerProcess callsOnly = node("n2", etcd).env("PM_NODE_LINK_ENABLED", "false");
            List<PushManagerProcess> nodes = List.of(node("n1", etcd), callsOnly, node("n3", etcd));
            stage.start(m1, m2, nodes.get(0), nodes.get(1), nodes.get(2));
            stage.pushThrough(m1, m2);
            stage.open(sockets(300, nodes));

            CompletableFuture<JsonNode> load = stage.load("load", 600, lanes());
            await("a first thousand").atMost(Duration.ofSeconds(30)).until(() -> stage.answered() > 1_000);
            nodes.get(2).killHard();
            PushManagerProcess n4 = node("n4", etcd);
            stage.start(n4);
            stage.open(lateSockets(60, n4));
            int beforeRestart = stage.answered();
            etcd.killHard();
            etcd.restart();
            await("pushes after it").atMost(Duration.ofSeconds(30)).until(() -> stage.answered() > beforeRestart + 500);
            assertThat(load).as("the load outlasts all that happens in it").isNotDone();

            JsonNode counts = stage.finish(load);
            assertThat(counts.path("codes").toString()).isEqualTo("{\"0\":10000}");
            LedgerCheck check = stage.judge(270);
            Stage.assertExact(check);
            // Ten sockets a room, 300 for everyone: less what the dead node's would have got.
            assertThat(check.frameCount()).isGreaterThan(60_000);
        }
    }

    @Test
    void aNewNodeTakesPushesAtOnceAndAStoppedOneIsDroppedAtOnce() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess m1 = manager("m1", etcd);
            PushManagerProcess n1 = node("n1", etcd);
            stage.start(m1, n1);
            stage.pushThrough(m1);
            PushManagerProcess n2 = node("n2", etcd);
            CompletableFuture<JsonNode> load =
                    stage.load("all", 200, List.of(Stage.lane("m1", Map.of(), 2_000, "unary", "ACCEPTED")));

            stage.begin(n2);
            String key = "/services/connect-node/127.0.0.1:" + n2.grpcPort();
            awaitQuickly("registered", () -> etcd.list(key).containsKey(key));
            long registered = System.nanoTime() / 1_000;
            n2.awaitReady(Stage.READY);
            n2.terminate();
            awaitQuickly("revoked", () -> !etcd.list(key).containsKey(key));
            long revoked = System.nanoTime() / 1_000;
            assertThat(n2.awaitExit(Duration.ofSeconds(20))).isZero();
            assertThat(load).as("the load outlasts all that happens in it").isNotDone();
            assertThat(stage.finish(load).path("codes").size()).isEqualTo(1);

            List<Long> toBoth = new ArrayList<>();
            for (Push push : stage.ledger().pushes()) {
                if (push.reply() != null && push.reply().targeted() == 2) {
                    toBoth.add(push.begunAt());
                }
            }
            assertThat(toBoth).isNotEmpty();
            long takenMs = (toBoth.get(0) - registered) / 1_000;
            long droppedMs = (toBoth.get(toBoth.size() - 1) - revoked) / 1_000;
            System.out.println(
                    "a new node took pushes " + takenMs + " ms after it registered; a stopped one was sent its "
                            + "last " + droppedMs + " ms after it was gone");
            assertThat(takenMs).isLessThanOrEqualTo(300);
            assertThat(droppedMs).isLessThanOrEqualTo(300);
        }
    }

    private static PushManagerProcess manager(String id, EtcdServer etcd) {
        return PushManagerProcess.manager(id, etcd.endpoint());
    }

    private static PushManagerProcess node(String id, EtcdServer etcd) {
        return PushManagerProcess.node(id, etcd.endpoint());
    }

    /** Ten to a room, spread over the nodes; two to a user, at different nodes. */
    private static List<Map<String, Object>> sockets(int count, List<PushManagerProcess> nodes) {
        List<Map<String, Object>> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(Stage.socket(
                    "s" + i, nodes.get(i / ROOMS % nodes.size()), "user-" + i % (count / 2), "room-" + i % ROOMS));
        }
        return sockets;
    }

    private static List<Map<String, Object>> lateSockets(int count, PushManagerProcess node) {
        List<Map<String, Object>> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(Stage.socket("late" + i, node, "late-" + i, "room-" + i % ROOMS));
        }
        return sockets;
    }

    /** 10,000 pushes: most to rooms through both managers, of all kinds; some to users and to everyone. */
    private static List<Map<String, Object>> lanes() {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (String manager : List.of("m1", "m2")) {
            for (int room = 0; room < ROOMS; room++) {
                String api = room % 6 == 0 ? "stream" : room % 6 == 1 ? "server" : "unary";
                String ack = room % 6 == 2 ? "DELIVERED" : "ACCEPTED";
                lanes.add(Stage.lane(manager, Map.of("room", "room-" + room), 160, api, ack));
            }
            lanes.add(Stage.lane(manager, Map.of("user", "user-7"), 75, "unary", "DELIVERED"));
            lanes.add(Stage.lane(manager, Map.of("user", "user-8"), 75, "stream", "ACCEPTED"));
            lanes.add(Stage.lane(manager, Map.of(), 50, "unary", "DELIVERED"));
        }
        return lanes;
    }

    private static void awaitQuickly(String what, java.util.concurrent.Callable<Boolean> condition) {
        await(what)
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }
}
