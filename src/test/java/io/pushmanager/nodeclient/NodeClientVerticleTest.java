package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.LinkState;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.testing.RecordingTracing;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node client makes of offers while its node does what it should, or nothing. */
@ExtendWith(VertxExtension.class)
class NodeClientVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    @Test
    void connectsAtOnceAndTellsTheNodeWhoItIs() {
        FakeNode node = FakeNode.start(vertx);

        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        await().until(() -> !node.healthChecks.isEmpty());
        assertThat(node.healthChecks.get(0).get("pm-manager")).isEqualTo(NodeClientRig.MANAGER);
        assertThat(node.healthChecks.get(0).get("pm-instance")).isEqualTo("instance-1");
        await().until(() -> !rig.linkStates.isEmpty());
        assertThat(rig.linkStates).containsExactly(new LinkState("127.0.0.1:" + node.port(), "instance-1", true));
    }

    @Test
    void answersAnOfferAtOnceAndReportsWhatTheNodeCounted() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> push.report(7);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1))
                .containsExactly(
                        NodeReport.accepted("n1"), NodeReport.reported("n1", new DeliveryCounts(7, 7, 0, 0, 0, 0, 0)));
    }

    @Test
    void carriesItsSpansToTheNodeInTheCallersTrace() {
        RecordingTracing tracing = new RecordingTracing();
        rig.tracing = tracing;
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> push.report(1);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> tracing.ended.size() == 2);
        assertThat(tracing.ended).containsExactly("mailbox OK", "node REPORTED");
        assertThat(node.pushes.get(0).call().headers().get("traceparent"))
                .startsWith("node under mailbox under 00-0af7651916cd43dd");
    }

    @Test
    void countsTheNodeThatHadSomebodyWhateverTheCallerAskedFor() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> push.report(1);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("r"), AckLevel.ACCEPTED));

        await().until(() -> rig.registry
                        .get("push_manager_broadcast_delivered")
                        .tag("api", "PushToRoom")
                        .counter()
                        .count()
                == 1);
    }

    @Test
    void sendsTheWholePushWithItsMetadata() {
        FakeNode node = FakeNode.start(vertx);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        Target target = Target.room("room", Set.of("not-me"));
        rig.offer("n1", 1, push(1, target, AckLevel.DELIVERED));

        await().until(() -> node.pushes.size() == 1);
        PushMessageBatchRequest request = node.pushes.get(0).request();
        assertThat(request.getRoomId()).isEqualTo("room");
        assertThat(request.getUserIdsList()).isEmpty();
        assertThat(request.getExcludeUserIdsList()).containsExactly("not-me");
        assertThat(request.getMessageId()).isEqualTo("m1");
        assertThat(request.getContent().getData()).isEqualTo("n1");
        var headers = node.pushes.get(0).call().headers();
        assertThat(headers.get("pm-manager")).isEqualTo(NodeClientRig.MANAGER);
        assertThat(headers.get("pm-instance")).isEqualTo("instance-1");
        assertThat(headers.get("traceparent")).startsWith("00-0af7651916cd43dd");
        assertThat(headers.get("grpc-timeout")).endsWith("m");
    }

    @Test
    void anAcceptedPushWithoutDeliveredIsAnsweredOnce() {
        FakeNode node = FakeNode.start(vertx);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("r"), AckLevel.ACCEPTED));
        rig.offer("n1", 2, "r");

        await().until(() -> rig.reportsOf(2).size() == 2);
        assertThat(rig.reportsOf(1)).containsExactly(NodeReport.accepted("n1"));
    }

    @Test
    void tenThousandPushesThroughTenWorkersKeepTheirOrderPerTarget() {
        FakeNode node = FakeNode.start(vertx);
        Random delays = new Random(5);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger mostUnderWay = new AtomicInteger();
        Map<String, Integer> lastOfRoom = new HashMap<>();
        AtomicInteger inversions = new AtomicInteger();
        AtomicInteger finished = new AtomicInteger();
        node.onPush = push -> {
            mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Runnable finish = () -> {
                int number = Integer.parseInt(push.request().getMessageId().substring(1));
                Integer before = lastOfRoom.put(push.request().getRoomId(), number);
                if (before != null && before > number) {
                    inversions.incrementAndGet();
                }
                finished.incrementAndGet();
                underWay.decrementAndGet();
                push.report(1);
            };
            if (delays.nextInt(20) == 0) {
                vertx.setTimer(1 + delays.nextInt(3), due -> finish.run());
            } else {
                finish.run();
            }
        };
        rig.deploy(node.info("n1"), config(10, 10_000, Duration.ofSeconds(30)));

        for (int i = 0; i < 10_000; i++) {
            rig.offer("n1", i, "room-" + (i * 31 % 57));
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> finished.get() == 10_000);
        assertThat(inversions).hasValue(0);
        assertThat(mostUnderWay.get()).isBetween(2, 10);
        await().until(() -> rig.updates.size() == 20_000);
        assertThat(node.connections).hasSize(1);
    }

    @Test
    void aFullMailboxRejectsTheNewestAndSaysSo() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        rig.deploy(node.info("n1"), config(10, 20, DEADLINE));

        for (int i = 0; i < 25; i++) {
            rig.offer("n1", i, "room-" + i);
        }

        await().until(() -> rig.updates.size() == 25);
        assertThat(rig.reports("n1", Outcome.ACCEPTED)).hasSize(20);
        for (long newest = 20; newest < 25; newest++) {
            NodeReport report = rig.reportsOf(newest).get(0);
            assertThat(report.outcome()).isEqualTo(Outcome.REJECTED_FULL);
            assertThat(report.accepted()).isFalse();
            assertThat(report.reason()).contains("full");
        }
        assertThat(rig.dropped("n1", "full")).isEqualTo(5);
    }

    @Test
    @Tag("fault-10")
    void aFrozenNodeTimesOutAfterTheDeadlineAndNothingElseWaits() {
        FakeNode frozen = FakeNode.start(vertx);
        FakeNode sound = FakeNode.start(vertx);
        frozen.onPush = push -> {};
        rig.deploy(frozen.info("frozen"), config(10, 100, Duration.ofMillis(300)));
        rig.deploy(sound.info("sound"), config(10, 100, Duration.ofMillis(300)));

        for (int i = 0; i < 10; i++) {
            rig.offer("frozen", i, "room");
            rig.offer("sound", 100 + i, "room");
        }

        await().until(() -> rig.reports("sound", Outcome.REPORTED).size() == 10);
        assertThat(rig.reports("frozen", Outcome.REPORTED)).isEmpty();
        assertThat(rig.reports("frozen", Outcome.TIMED_OUT).size()).isLessThan(10);
        await().until(() -> rig.reports("frozen", Outcome.TIMED_OUT).size() == 10);
        assertThat(rig.dropped("frozen", "timed_out")).isEqualTo(10);
        assertThat(frozen.pushes).hasSize(10);
    }
}
