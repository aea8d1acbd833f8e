package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows of docs/faults.md, each with the processes it is about. Leases are shorter here than by default. */
class FaultsIT {

    private static final long SEED = 9;

    @Test
    @Tag("fault-1")
    void withoutEtcdAtStartItLivesWaitsQuietlyAndBecomesReadyWhenEtcdComes() {
        try (EtcdServer etcd = EtcdServer.allocate();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess manager = stage.begin(manager("m1", etcd));
            PushManagerProcess node = stage.begin(node("n1", etcd));
            await("live").atMost(Stage.READY).until(() -> manager.isLive() && node.isLive());
            await("listens")
                    .atMost(Stage.READY)
                    .until(() -> manager.get(manager.grpcPort(), "/").status() != 0);
            stage.pushThrough(manager);
            JsonNode early = stage.push("m1", Map.of("room", "r"), "ACCEPTED", "too-early");
            assertThat(early.path("code").asInt()).as(early.toString()).isEqualTo(14);
            // The manager's own answer, not the client's word for a port that nobody listens on.
            assertThat(early.path("details").asText()).doesNotContain("ECONNREFUSED", "connection");
            await("neither is ready for a while")
                    .during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(6))
                    .until(() -> !manager.isReady() && !node.isReady());
            // Each once: the outage, what is not ready for it, and, when starting took long, that its picture is old.
            assertThat(linesAboutEtcd(manager)).as(manager.output()).isBetween(1L, 3L);
            assertThat(linesAboutEtcd(node)).as(node.output()).isBetween(1L, 3L);

            etcd.restart();
            manager.awaitReady(Duration.ofSeconds(15));
            node.awaitReady(Duration.ofSeconds(15));
            stage.open(List.of(Stage.socket("s1", node, "u1", "r")));
            JsonNode answer = stage.push("m1", Map.of("room", "r"), "DELIVERED", "after");
            assertThat(answer.path("reply").path("delivery").path("written").asInt())
                    .as(answer.toString())
                    .isEqualTo(1);
        }
    }

    @Test
    @Tag("fault-2")
    void etcdKilledAndBackInFiveSecondsFailsNoPush() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess manager = manager("m1", etcd);
            PushManagerProcess n1 = node("n1", etcd);
            PushManagerProcess n2 = node("n2", etcd);
            stage.start(manager, n1, n2);
            stage.pushThrough(manager);
            stage.open(List.of(Stage.socket("s1", n1, "u1", "r"), Stage.socket("s2", n2, "u2", "r")));
            CompletableFuture<JsonNode> load = stage.load(
                    "load", 100, List.of(Stage.lane("m1", Map.of("room", "r"), 1_400, "unary", "DELIVERED")));
            etcd.killHard();
            int atKill = stage.answered();
            await("5 s without etcd").atMost(Duration.ofSeconds(30)).until(() -> stage.answered() > atKill + 500);
            etcd.restart();
            await("both are registered again")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> etcd.list("/services/connect-node/").size() == 2);
            assertThat(stage.finish(load).path("codes").toString()).isEqualTo("{\"0\":1400}");
            LedgerCheck check = stage.judge(2);
            Stage.assertExact(check);
            assertThat(check.frameCount()).isEqualTo(2_800);
        }
    }

    @Test
    @Tag("fault-9")
    void aKilledNodeIsNamedInPartialResultsAndRemovedWhenItsLeaseEnds() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess manager = manager("m1", etcd);
            PushManagerProcess n1 = node("n1", etcd);
            PushManagerProcess n2 = node("n2", etcd);
            stage.start(manager, n1, n2);
            stage.pushThrough(manager);
            stage.open(List.of(Stage.socket("s1", n1, "u1", "r"), Stage.socket("s2", n2, "u2", "r")));
            assertThat(stage.push("m1", Map.of("room", "r"), "DELIVERED", "calm")
                            .path("reply")
                            .path("delivery")
                            .path("written")
                            .asInt())
                    .isEqualTo(2);

            n2.killHard();
            JsonNode answer = stage.push("m1", Map.of("room", "r"), "DELIVERED", "partial");
            assertThat(answer.path("code").asInt()).as(answer.toString()).isZero();
            JsonNode reply = answer.path("reply");
            assertThat(reply.path("delivery").path("written").asInt()).isEqualTo(1);
            assertThat(reply.path("nodes").toString()).contains("\"n1\",\"outcome\":\"OUTCOME_REPORTED\"");
            assertThat(reply.path("nodes").toString())
                    .containsPattern("\"n2\",\"outcome\":\"OUTCOME_(FAILED|TIMED_OUT)\"");

            await("removed")
                    .atMost(Duration.ofSeconds(10))
                    .until(() ->
                            stage.push(Map.of("manager", "m1", "target", Map.of("room", "r"), "body", unique("later")))
                                            .path("reply")
                                            .path("nodes_targeted")
                                            .asInt()
                                    == 1);
            LedgerCheck check = stage.judge(1);
            Stage.assertExact(check);
        }
    }

    @Test
    @Tag("fault-13")
    void anotherInstanceAtTheAddressOfADeadOneGetsOnlyWhatIsMeantForIt() throws IOException {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess manager = manager("m1", etcd);
            PushManagerProcess node = node("n1", etcd);
            stage.start(manager, node);
            stage.pushThrough(manager);
            String key = "/services/connect-node/" + node.address();
            String before = instanceId(etcd, key);
            node.killHard();
            node.start().awaitReady(Stage.READY);
            await("its own key").atMost(Duration.ofSeconds(15)).until(() -> !instanceId(etcd, key)
                    .equals(before));
            stage.open(List.of(Stage.socket("s1", node, "u1", "r")));

            JsonNode stale = stage.pusher()
                    .call(
                            "node",
                            Map.of(
                                    "address", node.address(),
                                    "request",
                                            Map.of(
                                                    "room_id", "r",
                                                    "message_id", "for-the-dead",
                                                    "content", Map.of("type", "TEXT", "data", "for-the-dead")),
                                    "metadata", Map.of("pm-instance", before)));
            assertThat(stale.path("code").asInt()).as(stale.toString()).isEqualTo(9);

            JsonNode answer = stage.push("m1", Map.of("room", "r"), "DELIVERED", "for-the-living");
            assertThat(answer.path("reply").path("delivery").path("written").asInt())
                    .as(answer.toString())
                    .isEqualTo(1);
            // "for-the-dead" is in no publisher's ledger: its arrival would be a violation.
            LedgerCheck check = stage.judge(1);
            Stage.assertExact(check);
            assertThat(check.frameCount()).isEqualTo(1);
        }
    }

    @Test
    @Tag("fault-20")
    void sigtermUnderLoadLeavesNoAcceptedPushUnsent() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(SEED)) {
            PushManagerProcess m1 = manager("m1", etcd);
            PushManagerProcess n1 = node("n1", etcd);
            PushManagerProcess n2 = node("n2", etcd).env("PM_DRAIN_SOCKET_GRACE", "1s");
            stage.start(m1, n1, n2);
            stage.pushThrough(m1);
            stage.open(List.of(
                    Stage.socket("s1", n1, "u1", "r1"),
                    Stage.socket("s2", n2, "u2", "r1"),
                    Stage.socket("s3", n1, "u3", "r2")));
            CompletableFuture<JsonNode> load = stage.load(
                    "load",
                    1_500,
                    List.of(
                            Stage.lane("m1", Map.of("room", "r1"), 6_000, "stream", "ACCEPTED"),
                            Stage.lane("m1", Map.of("room", "r2"), 6_000, "unary", "ACCEPTED"),
                            Stage.lane("m1", Map.of(), 1_000, "unary", "DELIVERED")));
            await("under way").atMost(Duration.ofSeconds(30)).until(() -> stage.answered() > 1_000);
            n2.terminate();
            assertThat(n2.awaitExit(Duration.ofSeconds(30))).as(n2.output()).isZero();
            m1.terminate();
            assertThat(m1.awaitExit(Duration.ofSeconds(30))).as(m1.output()).isZero();

            stage.finish(load);
            LedgerCheck check = stage.judge(2);
            Stage.assertExact(check);
            assertThat(check.frameCount()).isGreaterThan(1_000);
        }
    }

    private static int sequence;

    private static String unique(String prefix) {
        sequence++;
        return prefix + "-" + sequence;
    }

    private static PushManagerProcess manager(String id, EtcdServer etcd) {
        return PushManagerProcess.manager(id, etcd.endpoint()).env("PM_DISCOVERY_LEASE_TTL", "3s");
    }

    private static PushManagerProcess node(String id, EtcdServer etcd) {
        return PushManagerProcess.node(id, etcd.endpoint()).env("PM_DISCOVERY_LEASE_TTL", "3s");
    }

    private static String instanceId(EtcdServer etcd, String key) throws IOException {
        return new ObjectMapper()
                .readTree(etcd.list(key).getOrDefault(key, "{}"))
                .path("Metadata")
                .path("instance_id")
                .asText();
    }

    /** Without those that tell how it is configured: warnings and errors that name etcd. */
    private static long linesAboutEtcd(PushManagerProcess process) {
        return process.output()
                .lines()
                .filter(line -> line.contains("etcd") && (line.contains("WARN") || line.contains("ERROR")))
                .count();
    }
}
