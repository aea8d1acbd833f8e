package io.pushmanager.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pushmanager.it.Stage;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Managers m1, m2, … and nodes n1, n2, … around one etcd, with the test clients beside them.
 *
 * <p>A case names what it wants before {@link #start()}; {@link #link} puts a line that can be hurt between the managers and
 * one node. Ends everything it started.
 */
final class Cluster implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    final EtcdServer etcd = EtcdServer.start();
    final Stage stage = new Stage(Scale.SEED);
    final List<PushManagerProcess> managers = new ArrayList<>();
    final List<PushManagerProcess> nodes = new ArrayList<>();
    private final List<PushManagerProcess> others = new ArrayList<>();
    private final List<AutoCloseable> between = new ArrayList<>();

    Cluster(int managers, int nodes) {
        this(managers, nodes, "");
    }

    /** @param etcdEndpoint what the managers are told; empty: etcd itself */
    Cluster(int managers, int nodes, String etcdEndpoint) {
        for (int i = 1; i <= managers; i++) {
            this.managers.add(Scale.manager("m" + i, etcdEndpoint.isEmpty() ? etcd.endpoint() : etcdEndpoint));
        }
        for (int i = 1; i <= nodes; i++) {
            this.nodes.add(Scale.node("n" + i, etcd.endpoint()));
        }
    }

    /** The first manager. */
    PushManagerProcess manager() {
        return managers.get(0);
    }

    /** The node that a case hurts: the last. */
    PushManagerProcess victim() {
        return nodes.get(nodes.size() - 1);
    }

    /** Makes the managers reach the victim over a line of its own. Before the start. */
    CuttableLink link() {
        CuttableLink link = CuttableLink.to(victim().grpcPort());
        between.add(link);
        victim().env("ADVERTISE_ADDRESS", link.endpoint());
        return link;
    }

    /** Puts a meddler between the managers and a node, on its {@code link.v1} streams or, without them, its calls. Before the start. */
    MeddlingNode meddle(PushManagerProcess node, boolean links) {
        MeddlingNode meddling = new MeddlingNode(node.grpcPort(), Scale.SEED);
        between.add(meddling);
        node.env("ADVERTISE_ADDRESS", meddling.endpoint()).env("PM_NODE_LINK_ENABLED", Boolean.toString(links));
        return meddling;
    }

    /** Another process, started with the rest. */
    void add(PushManagerProcess other) {
        others.add(other);
    }

    /** Mailboxes with room for all that waits, so that a node slower than the publisher turns nothing away. Before the start. */
    void wideMailboxes() {
        for (PushManagerProcess manager : managers) {
            manager.env("PM_MAILBOX_MAX_MESSAGES", "100000").env("PM_MAILBOX_MAX_BYTES", "128MiB");
        }
    }

    /** With one socket in each of the rooms r-0, r-1, … on each node. */
    Cluster startWithRooms(int rooms) {
        start();
        open("r", rooms, nodes);
        return this;
    }

    Cluster start() {
        List<PushManagerProcess> all = new ArrayList<>(managers);
        all.addAll(nodes);
        all.addAll(others);
        stage.start(all.toArray(PushManagerProcess[]::new));
        stage.pushThrough(managers.toArray(PushManagerProcess[]::new));
        return this;
    }

    /** In each of so many rooms (named prefix-0, prefix-1, …) one socket on each of these nodes. */
    void open(String prefix, int rooms, List<PushManagerProcess> where) {
        List<Map<String, Object>> sockets = new ArrayList<>();
        for (int room = 0; room < rooms; room++) {
            for (PushManagerProcess node : where) {
                String name = prefix + "-" + room;
                sockets.add(Stage.socket(name + "@" + node.name(), node, "user-" + name, name));
            }
        }
        stage.open(sockets);
    }

    /** One caller for each room, through the managers in turn. */
    List<Map<String, Object>> lanes(String prefix, int rooms, int count, String api, String ack) {
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (int room = 0; room < rooms; room++) {
            String manager = managers.get(room % managers.size()).name();
            lanes.add(Stage.lane(manager, Map.of("room", prefix + "-" + room), count, api, ack));
        }
        return lanes;
    }

    /** Begins a load of unary pushes to the rooms r-0, r-1, …: so many to each, and this many a second in all. */
    CompletableFuture<JsonNode> load(int rooms, int each, int rate, String ack) {
        return stage.load("load", rate, lanes("r", rooms, each, "unary", ack));
    }

    /** A DELIVERED push to every connection, with a second for it. */
    JsonNode pushToAll(String prefix) {
        return stage.push(Map.of(
                "manager",
                "m1",
                "target",
                Map.of(),
                "ack",
                "DELIVERED",
                "deadline_ms",
                1_000,
                "body",
                prefix + "-" + Long.toString(System.nanoTime(), 36)));
    }

    void awaitAnswered(int more) {
        int before = stage.answered();
        await(more + " more answers").atMost(Duration.ofSeconds(60)).until(() -> stage.answered() >= before + more);
    }

    /** Lets a load run for so long. */
    static void during(CompletableFuture<JsonNode> load, Duration time) {
        try {
            load.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException stillRunning) {
            return;
        } catch (Exception e) {
            throw new AssertionError("the load failed", e);
        }
        throw new AssertionError("the load was over before what was to happen in it");
    }

    static void pause(Duration time) {
        await("a while").pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }

    String keyOf(PushManagerProcess node) {
        return etcd.list("/services/connect-node/").entrySet().stream()
                .filter(entry -> entry.getValue().contains("\"" + node.name() + "\""))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    String instanceOf(PushManagerProcess node) {
        String key = keyOf(node);
        try {
            return key.isEmpty()
                    ? ""
                    : JSON.readTree(etcd.list(key).getOrDefault(key, "{}"))
                            .path("Metadata")
                            .path("instance_id")
                            .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Milliseconds until it holds. */
    static double timeUntil(String what, Duration limit, java.util.concurrent.Callable<Boolean> condition) {
        long begun = System.nanoTime();
        await(what)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
        return (System.nanoTime() - begun) / 1e6;
    }

    /** What a push says of one node: its outcome without the prefix, or empty when it is not named. */
    static String outcomeAt(JsonNode answer, String node) {
        for (JsonNode report : answer.path("reply").path("nodes")) {
            if (report.path("node_id").asText().equals(node)) {
                return report.path("outcome").asText().replace("OUTCOME_", "");
            }
        }
        return "";
    }

    static long written(JsonNode answer) {
        return answer.path("reply").path("delivery").path("written").asLong();
    }

    /** A gauge or counter of the first manager, of this node only, over all other labels. */
    double ofNode(String metric, String node) {
        return manager()
                .get(manager().metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains("node=\"" + node + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The exact comparison; also fails when there was nothing to compare. */
    LedgerCheck judge(Figures figures, int openSockets) {
        LedgerCheck check = stage.judge(openSockets);
        figures.note("frames compared", check.frameCount());
        Stage.assertExact(check);
        if (check.frameCount() == 0) {
            throw new AssertionError("nothing was compared");
        }
        return check;
    }

    @Override
    public void close() {
        stage.close();
        between.forEach(Cluster::close);
        etcd.close();
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
