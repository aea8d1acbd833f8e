package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.publisher.Push;
import io.pushmanager.publisher.PushOptions;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.JavaHome;
import io.pushmanager.testing.PushManagerProcess;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Managers and an application in other JVMs on one event bus. */
class BusIT {

    private static final int EACH = 1_500;
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    @Tag("fault-23")
    void anApplicationPushesThroughAllManagersAndLosesNothingToOneThatStopsOrIsKilled() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(1)) {
            PushManagerProcess m1 = clustered("m1", etcd);
            PushManagerProcess m2 = clustered("m2", etcd);
            PushManagerProcess m3 = clustered("m3", etcd);
            JavaHome.of(25).ifPresent(m3::onJava);
            PushManagerProcess n1 = PushManagerProcess.node("n1", etcd.endpoint());
            stage.start(m1, m2, m3, n1);
            stage.open(List.of(Stage.socket("s1", n1, "u1", "room"), Stage.socket("s2", n1, "u2", "room")));
            awaitMembers(3, m1, m2, m3);

            try (ForeignPublisher app = ForeignPublisher.join(etcd, 3, 200)) {
                stage.admit(app::tell);
                Set<String> upFrom = ConcurrentHashMap.newKeySet();
                app.vertx()
                        .eventBus()
                        .<JsonObject>consumer(
                                "push.v1.node-up",
                                up -> upFrom.add(up.body().getString("node_id") + "@"
                                        + up.body().getString("manager_id")));

                app.push("room", "one", 0, EACH, AckLevel.ACCEPTED, false);
                app.awaitAnswered(EACH, SOON);
                assertThat(app.codes()).isEqualTo(Map.of("OK", EACH));
                List<Double> handled = List.of(handled(m1), handled(m2), handled(m3));
                assertThat(handled.stream().mapToDouble(Double::doubleValue).sum())
                        .as("each handled by one")
                        .isEqualTo(EACH);
                ForeignPublisher.assertSpread(handled);

                PublisherExample example = PublisherExample.start(
                        ForeignPublisher.membersIn(etcd).get(0).toString(), "empty");
                List<PushAnswer> answers = app.all(batch(600));
                assertThat(answers).hasSize(601);
                assertThat(answers.subList(0, 600)).allMatch(PushResult.class::isInstance);
                assertThat(answers.get(600)).isInstanceOf(PushError.class);
                stage.admit(assertPlainJson(app));

                PushManagerProcess n2 = PushManagerProcess.node("n2", etcd.endpoint());
                stage.begin(n2).awaitReady(Stage.READY);
                await("told of n2 by each manager")
                        .atMost(SOON)
                        .until(() -> upFrom.containsAll(Set.of("n2@m1", "n2@m2", "n2@m3")));
                try (example) {
                    assertThat(example.awaitEnd(SOON)).contains("many: 100 of 100 accepted", "plain: {\"message_id\"");
                }

                Thread load = new Thread(() -> app.push("room", "two", 0, EACH, AckLevel.DELIVERED, false));
                load.start();
                app.awaitAnswered(EACH + 200, SOON);
                m1.terminate();
                assertThat(m1.awaitExit(SOON)).isZero();
                app.awaitAnswered(2 * EACH, SOON);
                assertThat(app.codes()).as("none lost").isEqualTo(Map.of("OK", 2 * EACH));

                Thread more = new Thread(() -> app.push("room", "three", 0, EACH, AckLevel.DELIVERED, true));
                more.start();
                app.awaitAnswered(2 * EACH + 200, SOON);
                m2.killHard();
                app.awaitAnswered(3 * EACH, SOON);
                assertThat(app.longestSeconds())
                        .as("seconds of the longest request")
                        .isLessThanOrEqualTo(10);
                LedgerCheck check = stage.judge(2);
                Stage.assertExact(check);
                long due = 2L * (3 * EACH + 601);
                assertThat(List.of(check.provenCount(), check.frameCount())).containsOnly(due);
                assertNoWarningOfTheJvm(m1, m2, m3);
            }
        }
    }

    @Test
    void aProcessThatDoesNotClusterLoadsNothingOfTheEngine() throws IOException {
        Path loaded = Files.createTempFile("loaded", ".log");
        try (PushManagerProcess alone =
                PushManagerProcess.all("alone").jvm("-Xlog:class+load:file=" + loaded + ":none:filecount=0")) {
            alone.start().awaitReady(SOON);
            try (Stream<String> lines = Files.lines(loaded)) {
                List<String> names = lines.toList();
                assertThat(names).anyMatch(line -> line.startsWith("io.pushmanager.publisher.PublishVerticle"));
                assertThat(names)
                        .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("hazelcast"));
            }
        } finally {
            Files.delete(loaded);
        }
    }

    /** Of the engine's reaching into the JVM, above all by Java 24 and newer, where nobody gave an option that allows it. */
    private static void assertNoWarningOfTheJvm(PushManagerProcess... managers) {
        for (PushManagerProcess manager : managers) {
            assertThat(manager.output().lines().filter(line -> line.startsWith("WARNING")))
                    .as(manager.name())
                    .isEmpty();
        }
    }

    private static PushManagerProcess clustered(String id, EtcdServer etcd) {
        return PushManagerProcess.manager(id, etcd.endpoint())
                .env("PM_CLUSTER_ENABLED", "true")
                .env("PM_CLUSTER_PORT", "0");
    }

    private static void awaitMembers(int count, PushManagerProcess... managers) {
        for (PushManagerProcess manager : managers) {
            await(manager.name() + " sees " + count + " members")
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> manager.metric("push_manager_cluster_members") == count);
        }
    }

    private static double handled(PushManagerProcess manager) {
        return manager.get(manager.metricsPort(), "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("push_manager_api_requests_total{") && line.contains("EventBus"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<Push> batch(int count) {
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pushes.add(Push.toRoom("room", Content.text("many-" + i))
                    .with(PushOptions.defaults().withAck(AckLevel.DELIVERED)));
        }
        pushes.add(Push.toRoom("", Content.text("to no room")));
        return pushes;
    }

    /** Returns what it adds to the ledger. */
    private static UnaryOperator<Ledger> assertPlainJson(ForeignPublisher app) {
        JsonObject call = new JsonObject()
                .put("k", "call")
                .put("push", "plain")
                .put("target", new JsonObject().put("room", "room"))
                .put("ack", "DELIVERED")
                .put("body", "plain")
                .put("t", BusRecord.nowMicros());
        JsonObject body = new JsonObject()
                .put("room_id", "room")
                .put("content", new JsonObject().put("data", "plain"))
                .put("options", new JsonObject().put("ack", "DELIVERED"));
        Message<JsonObject> reply = ForeignPublisher.get(
                app.vertx().eventBus().request("push.v1.publish", body, new DeliveryOptions().setSendTimeout(5_000)));
        assertThat(reply.body().getJsonObject("delivery").getInteger("written")).isEqualTo(2);
        JsonObject answer = new JsonObject()
                .put("k", "reply")
                .put("push", "plain")
                .put("code", 0)
                .put("reply", reply.body())
                .put("t", BusRecord.nowMicros());
        Message<Buffer> none =
                ForeignPublisher.get(app.vertx().eventBus().request("push.v1.publish-many", Buffer.buffer("[]")));
        assertThat(none.body().toString()).isEqualTo("[]");
        return ledger -> {
            ledger.add("plain", call.encode());
            ledger.add("plain", answer.encode());
            return ledger;
        };
    }
}
