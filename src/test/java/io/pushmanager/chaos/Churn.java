package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.ledger.Push;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that come and go at all nodes of a cluster, join and leave, while every manager gets pushes to rooms, to users and to
 * everyone. What happens to the processes meanwhile is the case's matter.
 *
 * <p>Few clients for many rooms, so that most joins are the first of their room at a node, and most leaves the last.
 */
final class Churn {

    private static final int CLIENTS = 60;
    private static final int ROOMS = 48;
    private static final int USERS = 40;
    /** More than a run lasts. */
    private static final int ENDLESS = 1_000_000;

    private final Cluster cluster;
    private final Stage clients;
    private final CompletableFuture<JsonNode> load;

    private Churn(Cluster cluster, Stage clients, CompletableFuture<JsonNode> load) {
        this.cluster = cluster;
        this.clients = clients;
        this.load = load;
    }

    /**
     * @param clients a stage that knows the cluster's managers
     * @param rate pushes a second, DELIVERED so that their replies say which nodes failed
     */
    static Churn begin(Cluster cluster, Stage clients, String prefix, int rate) {
        return begin(cluster, clients, cluster.managers, prefix, rate, 1);
    }

    /**
     * @param managers through which pushes go
     * @param slower how many times as long as otherwise clients stay in their rooms
     */
    static Churn begin(
            Cluster cluster, Stage clients, List<PushManagerProcess> managers, String prefix, int rate, int slower) {
        clients.sockets()
                .call(
                        "churn",
                        Map.of(
                                "clients",
                                CLIENTS,
                                "rooms",
                                ROOMS,
                                "users",
                                USERS,
                                "nodes",
                                urls(cluster.nodes),
                                "steps",
                                Scale.of(16, 40),
                                "pause_ms",
                                List.of(slower * Scale.of(30, 50), slower * Scale.of(120, 250)),
                                "seed",
                                Scale.SEED % 1_000_000_000,
                                "prefix",
                                prefix));
        return new Churn(cluster, clients, clients.load(prefix, rate, lanes(managers)));
    }

    private static List<Map<String, Object>> lanes(List<PushManagerProcess> managers) {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (int room = 0; room < ROOMS; room++) {
            lanes.add(lane(managers.get(room % managers.size()), Map.of("room", "room-" + room)));
        }
        for (int user = 0; user < USERS; user += 2) {
            lanes.add(lane(managers.get(user / 2 % managers.size()), Map.of("user", "user-" + user)));
        }
        managers.forEach(manager -> lanes.add(lane(manager, Map.of())));
        return lanes;
    }

    private static Map<String, Object> lane(PushManagerProcess manager, Map<String, ?> target) {
        Map<String, Object> lane = new HashMap<>(Stage.lane(manager.name(), target, ENDLESS, "unary", "DELIVERED"));
        // Not one after the other: what is begun late in a freeze is what finds the manager with an old table.
        lane.put("overlap", true);
        return lane;
    }

    private static Map<String, String> urls(List<PushManagerProcess> nodes) {
        Map<String, String> urls = new HashMap<>();
        nodes.forEach(node -> urls.put(node.name(), node.webSocketUrl()));
        return urls;
    }

    /** Clients go to the others from now on: a node that is not ready may be unknown to a manager. */
    void without(List<PushManagerProcess> nodes) {
        List<PushManagerProcess> others = new ArrayList<>(cluster.nodes);
        others.removeAll(nodes);
        clients.sockets().call("nodes", Map.of("nodes", urls(others)));
    }

    /** Ends it and compares everything; what was compared is in the figures. */
    LedgerCheck judge(Figures figures) {
        clients.pusher().call("stop", Map.of());
        JsonNode pushed = clients.finish(load);
        JsonNode came = clients.sockets().await(clients.sockets().begin("calm", Map.of()), Duration.ofSeconds(60));
        LedgerCheck check = clients.judge(came.path("open").asInt());
        figures.note("connections", came.path("opened").asInt());
        figures.note("joins", came.path("joins").asInt());
        figures.note("leaves", came.path("leaves").asInt());
        figures.note("codes", pushed.path("codes"));
        figures.note("pushes that passed nodes by", passingBy());
        figures.note("recipients certain", check.provenCount());
        figures.note("frames compared", check.frameCount());
        assertThat(came.path("opened").asInt()).isGreaterThan(CLIENTS);
        assertThat(pushed.path("codes").path("0").asInt()).isPositive();
        assertThat(check.provenCount()).isPositive();
        return check;
    }

    /** Pushes that did not go to two nodes or more, of which one may be dead, by manager: who has any routes. */
    Map<String, Long> passingBy() {
        Map<String, Long> counts = new HashMap<>();
        for (Push push : clients.ledger().pushes()) {
            Push.Reply reply = push.reply();
            if (reply != null && reply.code() == 0 && reply.targeted() + 2 <= cluster.nodes.size()) {
                counts.merge(push.manager(), 1L, Long::sum);
            }
        }
        return counts;
    }
}
