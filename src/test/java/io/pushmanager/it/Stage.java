package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.ClientScript;
import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * One run: processes of the product, one program with many WebSockets, one that pushes, and at the end the ledger.
 *
 * <p>Ends everything it started. Use it from the test's own thread.
 */
public final class Stage implements AutoCloseable {

    public static final Duration READY = Duration.ofSeconds(30);

    private final long seed;
    private final List<PushManagerProcess> processes = new ArrayList<>();
    private final List<UnaryOperator<Ledger>> admissions = new ArrayList<>();
    private final ClientScript sockets = ClientScript.sockets();
    private final ClientScript pusher = ClientScript.pusher();

    public Stage(long seed) {
        this.seed = seed;
    }

    /** Starts processes side by side and waits until all are ready. */
    public void start(PushManagerProcess... started) {
        for (PushManagerProcess process : started) {
            processes.add(process.start());
        }
        for (PushManagerProcess process : started) {
            process.awaitReady(READY);
        }
        // A manager is ready with the nodes that it finds: those that come later it hears of.
        long nodes =
                Arrays.stream(started).filter(PushManagerProcess::isOnlyNode).count();
        for (PushManagerProcess manager : started) {
            if (manager.isOnlyManager()) {
                await(manager.name() + " reaches " + nodes + " nodes")
                        .atMost(READY)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> manager.metric("push_manager_node_connections") >= nodes);
            }
        }
    }

    /** Starts one without waiting for it. */
    public PushManagerProcess begin(PushManagerProcess process) {
        processes.add(process);
        return process.start();
    }

    /** Tells the pushing client where these managers are; their names in the ledger are theirs. */
    public void pushThrough(PushManagerProcess... managers) {
        Map<String, String> addresses = new LinkedHashMap<>();
        Arrays.stream(managers).forEach(manager -> addresses.put(manager.name(), manager.address()));
        pusher.call("managers", Map.of("managers", addresses));
    }

    public static Map<String, Object> socket(String name, PushManagerProcess node, String user, String... rooms) {
        return Map.of("socket", name, "url", node.webSocketUrl(), "user", user, "rooms", List.of(rooms));
    }

    /** Opens sockets and waits until each is welcomed. */
    public void open(List<Map<String, Object>> wanted) {
        sockets.call("open", Map.of("sockets", wanted));
    }

    public static Map<String, Object> lane(String manager, Map<String, ?> target, int count, String api, String ack) {
        return Map.of("manager", manager, "target", target, "count", count, "api", api, "ack", ack);
    }

    /** Begins to push on all lanes, this many a second in all. */
    public CompletableFuture<JsonNode> load(String prefix, int rate, List<Map<String, Object>> lanes) {
        return pusher.begin("load", Map.of("lanes", lanes, "rate", rate, "seed", seed, "prefix", prefix));
    }

    public JsonNode finish(CompletableFuture<JsonNode> load) {
        return finish(load, Duration.ofSeconds(120));
    }

    public JsonNode finish(CompletableFuture<JsonNode> load, Duration limit) {
        return pusher.await(load, limit);
    }

    /** One push; returns its code, reply and details. */
    public JsonNode push(String manager, Map<String, ?> target, String ack, String body) {
        return push(Map.of("manager", manager, "target", target, "ack", ack, "body", body, "message_id", body));
    }

    public JsonNode push(Map<String, ?> arguments) {
        return pusher.call("push", arguments);
    }

    public ClientScript sockets() {
        return sockets;
    }

    public ClientScript pusher() {
        return pusher;
    }

    /** How many calls of the load have been answered. */
    public int answered() {
        return pusher.call("progress", Map.of()).path("replies").asInt();
    }

    /** The ledger as it stands. */
    public Ledger ledger() {
        Ledger ledger = new Ledger(seed).addAll(sockets.ledger()).addAll(pusher.ledger());
        admissions.forEach(admission -> admission.apply(ledger));
        return ledger;
    }

    /** What every ledger of this run is to know beside what the clients wrote. */
    public void admit(UnaryOperator<Ledger> admission) {
        admissions.add(admission);
    }

    /**
     * Waits until no manager has anything on its way, and then for the answer of every open socket to a last ping.
     *
     * @param open how many sockets must answer
     */
    public void flush(int open) {
        await("empty mailboxes").atMost(Duration.ofSeconds(20)).until(() -> processes.stream()
                .filter(PushManagerProcess::isAlive)
                .allMatch(process ->
                        process.metric("push_manager_mailbox_depth") + process.metric("push_manager_inflight") == 0));
        JsonNode flushed = sockets.call("flush", Map.of("timeout_ms", 10_000));
        assertThat(flushed.path("answered").asInt())
                .as("sockets that answer a last ping")
                .isEqualTo(open);
    }

    /** {@link #flush}, and then the comparison of all that was written down. */
    public LedgerCheck judge(int open) {
        flush(open);
        LedgerCheck check = LedgerCheck.of(ledger());
        System.out.println(check);
        return check;
    }

    public static void assertExact(LedgerCheck check) {
        // The summary, not thousands of lines.
        assertThat(check.violations().isEmpty()).as(check.toString()).isTrue();
    }

    @Override
    public void close() {
        sockets.close();
        pusher.close();
        processes.forEach(PushManagerProcess::close);
    }
}
