package io.pushmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.it.Stage;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.MemoryHog;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

/** More than a process can take: of pushes, of descriptors, of memory, of its disk, of callers that say nothing. */
class LoadChaosIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final String UPGRADE = "GET /ws?user_id=flood HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    @Test
    @DisplayName("flood")
    @Tag("fault-18")
    void aFloodIsRefusedAndOtherCallersAreServed(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(1, 2)) {
            PushManagerProcess manager = cluster.manager();
            manager.env("PM_INGRESS_MAX_IN_FLIGHT", "16");
            CuttableLink slow = cluster.link();
            cluster.start();
            cluster.open("r", 1, List.of(cluster.nodes.get(0)));
            cluster.open("flood", 1, List.of(cluster.victim()));
            slow.delay(100); // 16 pushes may be under way for 0.2 s each: eighty a second at most
            try (CuttableLink elsewhere = CuttableLink.to(manager.grpcPort(), "127.0.0.2")) {
                cluster.stage.pusher().call("managers", Map.of("managers", Map.of("m1-flood", elsewhere.endpoint())));
                Map<String, Object> flood = new HashMap<>(Stage.lane(
                        "m1-flood", Map.of("room", "flood-0"), Scale.of(2_000, 20_000), "unary", "DELIVERED"));
                flood.put("overlap", true);
                CompletableFuture<JsonNode> storm = cluster.stage.load("storm", 1_000, List.of(flood));
                CompletableFuture<JsonNode> served = cluster.stage.load(
                        "served", 15, cluster.lanes("r", 1, Scale.of(25, 250), "unary", "DELIVERED"));
                await("refusals").atMost(SOON).until(() -> refused(manager) > 100);
                JsonNode one = cluster.stage.push("m1-flood", Map.of("room", "flood-0"), "DELIVERED", "one-more");
                figures.exactly("code of one more", one.path("code").asInt(), RESOURCE_EXHAUSTED);
                assertThat(one.path("status_details").asText())
                        .contains("RetryInfo")
                        .containsPattern("OVER_FAIR_SHARE|TOO_MANY_IN_FLIGHT");
                figures.atMost("under way", manager.metric("push_manager_ingress_in_flight"), 16, "pushes");
                JsonNode counts = cluster.stage.finish(served);
                figures.exactly(
                        "other callers' pushes that were not served",
                        counts.path("gave_up").asInt(),
                        0);
                figures.note("codes", cluster.stage.finish(storm).path("codes"));
                figures.note("refused", (long) refused(manager));
                figures.atMost("heap of the manager", heapMiB(manager), 256, "MiB");
            }
            slow.delay(0);
            cluster.judge(figures, 2);
            await("all answered").atMost(SOON).until(() -> manager.metric("push_manager_ingress_in_flight") == 0);
        }
    }

    @Test
    @DisplayName("same-manager-id")
    @Tag("bad-input-23")
    @Tag("chaos-full")
    void twoManagersWithOneIdAreNoticedByBothAndByTheNodes(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        try (Cluster cluster = new Cluster(2, 1)) {
            cluster.managers.get(1).env("MANAGER_ID", "m1");
            cluster.start();
            cluster.open("r", 1, cluster.nodes);
            String[] addresses = {
                cluster.manager().address(), cluster.managers.get(1).address()
            };
            List<PushManagerProcess> all = new ArrayList<>(cluster.managers);
            all.addAll(cluster.nodes);
            for (PushManagerProcess process : all) {
                await(process.name() + " says it").atMost(SOON).untilAsserted(() -> assertThat(
                                process.get(process.metricsPort(), "/health/ready")
                                        .body())
                        .contains(addresses));
                assertThat(process.output()
                                .lines()
                                .filter(line -> line.contains("manager.id") && line.contains(addresses[0])))
                        .as("lines of the log")
                        .hasSize(1)
                        .allMatch(line -> line.contains(addresses[1]));
                figures.exactly("shared ids at " + process.name(), (long) process.metric("push_shared_manager_ids"), 1);
            }
            for (PushManagerProcess manager : cluster.managers) {
                JsonNode answer =
                        cluster.stage.push(manager.name(), Map.of("room", "r-0"), "DELIVERED", manager.name());
                assertThat(Cluster.written(answer)).as("both work").isEqualTo(1);
            }
            cluster.managers.get(1).terminate();
            await("it is over").atMost(SOON).until(() -> cluster.manager().metric("push_shared_manager_ids") == 0);
            cluster.judge(figures, 1);
        }
    }

    @Test
    @DisplayName("disk-full-and-silence")
    @Tag("fault-26")
    @Tag("bad-input-10")
    void aFullDiskTakesNoPushAwayAndWhoIsSilentIsClosed(TestReporter reporter) {
        Figures figures = new Figures(reporter);
        PushManagerProcess all = PushManagerProcess.all("disk-full")
                .sayingTo(Path.of("/dev/full")) // every write fails with ENOSPC
                .with("--set", "log.level=debug")
                .env("PM_INGRESS_IDLE_TIMEOUT", Scale.of(1, 8) + "s") // full: longer than a request may take
                .env("PM_DRAIN_SOCKET_GRACE", "500ms");
        try (Stage stage = new Stage(Scale.SEED)) {
            stage.start(all);
            stage.pushThrough(all);
            stage.open(List.of(Stage.socket("a", all, "a", "r"), Stage.socket("b", all, "b", "r")));
            List<IdleClient> silent = List.of(
                    IdleClient.saying(all.grpcPort(), ""),
                    IdleClient.saying(all.grpcPort(), "POST /v1/push HT"),
                    IdleClient.saying(all.grpcPort(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"));
            int pushes = Scale.of(300, 3_000);
            CompletableFuture<JsonNode> load = stage.load(
                    "load", 150, List.of(Stage.lane(all.name(), Map.of("room", "r"), pushes, "unary", "DELIVERED")));
            JsonNode quiet = stage.pusher().await(stage.pusher().begin("silence", Map.of("manager", all.name())), SOON);
            figures.exactly("code of a silent PushStream", quiet.path("code").asInt(), 4);
            assertThat(quiet.path("details").asText()).contains("ingress.idle-timeout");
            for (IdleClient client : silent) {
                client.readToEnd(); // fails if it is still open
                client.close();
            }
            figures.note("silent connections that were closed", silent.size());
            if (Scale.FULL) { // after five seconds
                figures.exactly("a request whose body stops coming", statusOfHalfARequest(all.grpcPort()), 408);
            }
            JsonNode counts = stage.finish(load);
            figures.exactly("pushes that were refused", counts.path("gave_up").asInt(), 0);
            assertThat(all.isLive()).isTrue();
            var check = stage.judge(2);
            Stage.assertExact(check);
            figures.exactly("frames, of what was said to be written", check.frameCount(), 2L * pushes);
            all.terminate();
            figures.exactly("exit code", all.awaitExit(SOON), 0);
        }
    }

    @Test
    @DisplayName("descriptors")
    @Tag("fault-28")
    void withoutDescriptorsNewConnectionsGet503AndTheOthersFeelNothing(TestReporter reporter) throws IOException {
        Figures figures = new Figures(reporter);
        PushManagerProcess all =
                PushManagerProcess.all("descriptors").descriptors(256).env("PM_NODE_MAX_CONNECTIONS", "10000");
        List<IdleClient> flood = new ArrayList<>();
        try (Stage stage = new Stage(Scale.SEED)) {
            stage.start(all);
            stage.pushThrough(all);
            stage.open(List.of(Stage.socket("a", all, "a", "r"), Stage.socket("b", all, "b", "r")));
            int pushes = Scale.of(300, 3_000);
            CompletableFuture<JsonNode> load = stage.load(
                    "load", 150, List.of(Stage.lane(all.name(), Map.of("room", "r"), pushes, "unary", "DELIVERED")));
            int refused = 0;
            for (int i = 0; i < 256 && refused < 5; i++) {
                IdleClient client = IdleClient.saying(all.httpPort(), UPGRADE);
                int status = client.httpStatus();
                refused += status == 503 ? 1 : 0;
                flood.add(client);
            }
            figures.exactly("sockets that were told 503", refused, 5);
            figures.note("sockets that were taken before", flood.size() - refused);
            await("it is said").atMost(SOON).until(() -> all.get(all.metricsPort(), "/health/ready")
                    .body()
                    .contains("file-descriptors"));
            for (int i = 0; i < 64; i++) { // the rest, where nobody can be told anything
                flood.add(IdleClient.connect(all.grpcPort()));
            }
            JsonNode push = stage.push(all.name(), Map.of("room", "r"), "DELIVERED", "with-nothing-left");
            figures.exactly("frames of a push meanwhile", Cluster.written(push), 2);
            for (IdleClient client : flood) {
                client.close();
            }
            Cluster.timeUntil("recovered", SOON, () -> {
                try (IdleClient again = IdleClient.saying(all.httpPort(), UPGRADE)) {
                    return again.httpStatus() == 101;
                }
            });
            JsonNode counts = stage.finish(load);
            figures.exactly("pushes that failed", counts.path("gave_up").asInt(), 0);
            Stage.assertExact(stage.judge(2));
        } finally {
            for (IdleClient client : flood) {
                client.close();
            }
        }
    }

    @Test
    @DisplayName("out-of-memory")
    @Tag("fault-29")
    void aProcessShortOfMemoryShedsLoadAndOneWithoutEndsForItsSupervisor(TestReporter reporter, @TempDir Path folder)
            throws IOException {
        Figures figures = new Figures(reporter);
        Path order = Files.writeString(folder.resolve("order"), "0");
        PushManagerProcess all = PushManagerProcess.all("out-of-memory")
                .jvm("-Xmx96m", "-javaagent:" + MemoryHog.jar(folder) + "=" + order);
        try (Stage stage = new Stage(Scale.SEED)) {
            stage.start(all);
            all.mayStandStill(); // garbage collections
            stage.pushThrough(all);
            stage.open(List.of(Stage.socket("a", all, "a", "r")));
            figures.exactly(
                    "code before", push(stage, all, "before").path("code").asInt(), 0);
            int mib = 54;
            for (; mib < 90 && all.metric("push_memory_short") == 0; mib += 2) {
                Files.writeString(order, Integer.toString(mib));
                Cluster.pause(Duration.ofMillis(150));
            }
            figures.note("short with this much less, of 96 MiB", mib);
            JsonNode refused = push(stage, all, "meanwhile");
            figures.exactly("code while memory is short", refused.path("code").asInt(), RESOURCE_EXHAUSTED);
            assertThat(refused.path("status_details").asText()).contains("RetryInfo", "MEMORY_SHORT");
            try (IdleClient client = IdleClient.saying(all.httpPort(), UPGRADE)) {
                figures.exactly("a new socket", client.httpStatus(), 503);
            }
            Files.writeString(order, "0");
            await("recovered").atMost(SOON).until(() -> all.metric("push_memory_short") == 0);
            figures.exactly(
                    "code afterwards", push(stage, all, "after").path("code").asInt(), 0);
            Stage.assertExact(stage.judge(1));
            Files.writeString(order, "all");
            figures.exactly("exit code without memory", all.awaitExit(SOON), 1);
        }
    }

    private static int statusOfHalfARequest(int port) {
        String half =
                "POST /v1/push HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
        try (IdleClient client = IdleClient.saying(port, half)) {
            return client.httpStatus();
        }
    }

    private static JsonNode push(Stage stage, PushManagerProcess all, String body) {
        return stage.push(all.name(), Map.of("room", "r"), "DELIVERED", body);
    }

    private static double refused(PushManagerProcess manager) {
        return manager.metric("push_manager_ingress_refused_total");
    }

    private static double heapMiB(PushManagerProcess manager) {
        return manager.get(manager.metricsPort(), "/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes") && line.contains("area=\"heap\""))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                / (1 << 20);
    }
}
