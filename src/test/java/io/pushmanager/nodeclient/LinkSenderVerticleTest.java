package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.impatient;
import static io.pushmanager.nodeclient.NodeClientRig.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.testing.RecordingTracing;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What travels over a link that works. */
@ExtendWith(VertxExtension.class)
class LinkSenderVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private NodeClientRig rig;
    private FakeLinkNode node;

    @BeforeEach
    void setUp(Vertx vertx) {
        rig = new NodeClientRig(vertx);
        node = FakeLinkNode.start(vertx);
    }

    @Test
    void saysWhoItIsAndWhomItMeans() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        await().until(() -> !node.hellos.isEmpty());
        assertThat(node.node.healthChecks).isNotEmpty();
        var hello = node.hellos.get(0);
        assertThat(hello.getVersion()).isEqualTo(1);
        assertThat(hello.getManagerId()).isEqualTo(NodeClientRig.IDENTITY.id());
        assertThat(hello.getManagerInstanceId()).isEqualTo(NodeClientRig.MANAGER);
        assertThat(hello.getNodeInstanceId()).isEqualTo("instance-1");
        assertThat(hello.getSession()).isEmpty();
    }

    @Test
    void reportsWhatTheNodeCounted() {
        node.onBatch = batch -> node.ackAll(7);
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1))
                .containsExactly(
                        NodeReport.accepted("n1"), NodeReport.reported("n1", new DeliveryCounts(7, 7, 0, 0, 0, 0, 0)));
        assertThat(node.node.pushes).isEmpty();
    }

    @Test
    void carriesTheWholePush() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("room", Set.of("not-me")), AckLevel.DELIVERED));

        await().until(() -> node.batches.size() == 1);
        LinkBatch batch = node.batches.get(0);
        assertThat(batch.getFirstId()).isEqualTo(1);
        assertThat(batch.getSentNanos()).isNotZero();
        LinkPush push = batch.getPushes(0);
        assertThat(push.getPush().getRoomId()).isEqualTo("room");
        assertThat(push.getPush().getExcludeUserIdsList()).containsExactly("not-me");
        assertThat(push.getPush().getMessageId()).isEqualTo("m1");
        assertThat(push.getPush().getContent().getData()).isEqualTo("n1");
        assertThat(push.getTraceparent()).startsWith("00-0af7651916cd43dd");
    }

    @Test
    void onePushIsSentAtOnceAndWhatCameMeanwhileTogether() {
        node.onBatch = batch -> {};
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        await().until(() -> node.batches.size() == 1);
        rig.offer("n1", 2, "room");
        await().until(() -> node.batches.size() == 2);
        for (int i = 3; i <= 50; i++) {
            rig.offer("n1", i, "room");
        }
        await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() == 50);
        assertThat(node.batches).hasSize(2);
        node.ackAll(1);

        await().until(() -> node.taken.size() == 50);
        assertThat(node.batches).hasSize(3);
        assertThat(node.taken)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 50).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void tenThousandPushesArriveInOrderAndEachEndsOnce() {
        rig.deploy(node.info("n1"), config(10, 10_000, Duration.ofSeconds(30)));

        for (int i = 0; i < 10_000; i++) {
            rig.offer("n1", i, "room-" + i % 57);
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> rig.updates.size() == 20_000);
        assertThat(rig.reports("n1", Outcome.REPORTED)).hasSize(10_000);
        assertThat(node.taken)
                .containsExactlyElementsOf(
                        IntStream.range(0, 10_000).mapToObj(i -> "m" + i).toList());
        assertThat(rig.registry.get("push_manager_link_batch_pushes").summary().totalAmount())
                .isEqualTo(10_000);
    }

    @Test
    void resultsMayComeLaterAndInAnyOrder() {
        node.onBatch = batch -> node.consumeAll();
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        for (int i = 1; i <= 3; i++) {
            rig.offer("n1", i, "room");
        }
        await().until(() -> node.taken.size() == 3);

        node.ack(LinkAck.newBuilder()
                .addResults(LinkResults.newBuilder().setFirstId(3).addMatched(3)));
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 1);
        assertThat(rig.reportsOf(3)).hasSize(2);
        node.ack(LinkAck.newBuilder()
                .addResults(LinkResults.newBuilder().setFirstId(1).addMatched(1).addMatched(2)));

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 3);
        assertThat(rig.reportsOf(2).get(1).delivery()).isEqualTo(new DeliveryCounts(2, 2, 0, 0, 0, 0, 0));
    }

    @Test
    void detailsSayWhatElseBecameOfAPush() {
        node.onBatch = batch -> node.consumeAll();
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        for (int i = 1; i <= 3; i++) {
            rig.offer("n1", i, "room");
        }
        await().until(() -> node.taken.size() == 3);

        node.ack(LinkAck.newBuilder()
                .addResults(LinkResults.newBuilder()
                        .setFirstId(1)
                        .addMatched(5)
                        .addMatched(9)
                        .addMatched(0)
                        .addDetails(LinkResultDetail.newBuilder()
                                .setIndex(1)
                                .setDelivery(Delivery.newBuilder()
                                        .setMatched(9)
                                        .setWritten(6)
                                        .setDroppedSlow(3)))
                        .addDetails(
                                LinkResultDetail.newBuilder().setIndex(2).setCode(GrpcStatus.ALREADY_EXISTS.code))));

        await().until(() -> rig.updates.size() == 6);
        assertThat(rig.reportsOf(1).get(1).delivery()).isEqualTo(new DeliveryCounts(5, 5, 0, 0, 0, 0, 0));
        assertThat(rig.reportsOf(2).get(1).delivery()).isEqualTo(new DeliveryCounts(9, 6, 3, 0, 0, 0, 0));
        assertThat(rig.reportsOf(3).get(1))
                .isEqualTo(NodeReport.unreported("n1", Outcome.FAILED, "message_id was used with other content"));
    }

    @Test
    void countsTheNodeThatHadSomebodyWhateverTheCallerAskedFor() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("r"), AckLevel.ACCEPTED));

        await().until(() -> rig.registry
                        .get("push_manager_broadcast_delivered")
                        .tag("api", "PushToRoom")
                        .counter()
                        .count()
                == 1);
        assertThat(rig.reportsOf(1)).containsExactly(NodeReport.accepted("n1"));
    }

    @Test
    void hasOneSpanForTheWaitAndOneForTheNode() {
        RecordingTracing tracing = new RecordingTracing();
        rig.tracing = tracing;
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> tracing.ended.size() == 2);
        assertThat(tracing.ended).containsExactly("mailbox OK", "node REPORTED");
    }

    @Test
    void aFullMailboxRejectsTheNewestAndTheWindowIsNotPartOfIt() {
        node.onBatch = batch -> {};
        node.windowPushes = 5;
        rig.deploy(node.info("n1"), config(10, 20, DEADLINE));
        rig.offer("n1", 0, "room");
        await().until(() -> node.taken.size() == 1);

        for (int i = 1; i <= 30; i++) {
            rig.offer("n1", i, "room-" + i);
        }

        await().until(() -> rig.updates.size() == 31);
        int underWay = node.taken.size();
        assertThat(underWay).isBetween(2, 5);
        assertThat(rig.reports("n1", Outcome.ACCEPTED)).hasSize(20 + underWay);
        assertThat(rig.reports("n1", Outcome.REJECTED_FULL)).hasSize(11 - underWay);
        assertThat(rig.dropped("n1", "full")).isEqualTo(11 - underWay);
    }

    @Test
    void aLargePushFitsThroughASmallWindow() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        String large = "x".repeat(250_000);

        for (int i = 0; i < 8; i++) {
            rig.offer("n1", i, NodeClientRig.push(i, large));
        }

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 8);
        assertThat(node.batches).hasSize(8);
    }

    @Test
    @Tag("fault-10")
    void aFrozenNodeTimesOutAfterTheDeadline() {
        node.onBatch = batch -> {};
        rig.deploy(node.info("n1"), config(10, 100, Duration.ofMillis(300)));

        for (int i = 0; i < 10; i++) {
            rig.offer("n1", i, "room");
        }

        await().until(() -> rig.reports("n1", Outcome.TIMED_OUT).size() == 10);
        assertThat(node.taken.size()).isBetween(1, 10);
        assertThat(rig.dropped("n1", "timed_out")).isEqualTo(10);
        node.ackAll(1);
        rig.offer("n1", 99, "room");
        await().until(() -> !node.taken.isEmpty() && node.taken.contains("m99"));
        assertThat(rig.reports("n1", Outcome.REPORTED)).isEmpty();
    }

    @Test
    void drainSendsWhatIsInTheMailboxAndHalfClosesTheStream(Vertx vertx) {
        node.onBatch = batch -> vertx.setTimer(20, later -> node.ackAll(1));
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(2, 100, DEADLINE));
        for (int i = 0; i < 10; i++) {
            rig.offer("n1", i, "room-" + i);
        }
        await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() == 10);

        NodeClientRig.await(client.drain(Duration.ofSeconds(5), "test"));
        NodeClientRig.await(vertx.undeploy(client.deploymentID()));

        assertThat(node.halfClosed).isTrue();
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 10);
        await().until(() -> node.node.openConnections.get() == 0);
    }

    @Test
    void drainWaitsForNoPace() {
        LinkConfig.Hold always = new LinkConfig.Hold(Duration.ofHours(1), 0, 1);
        NodeClientVerticle client =
                rig.deploy(node.info("n1"), NodeClientRig.withHold(config(10, 100, DEADLINE), always));
        rig.offer("n1", 1, "room");
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 1);
        for (int i = 2; i <= 30; i++) {
            rig.offer("n1", i, "room");
        }
        await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() == 30);
        await().during(Duration.ofMillis(200))
                .until(() -> rig.reports("n1", Outcome.REPORTED).size() < 30);

        NodeClientRig.await(client.drain(Duration.ofSeconds(2), "test"));

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 30);
    }

    @Test
    void drainGivesUpAtItsTimeOut() {
        node.onBatch = batch -> {};
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(2, 100, DEADLINE));
        for (int i = 0; i < 5; i++) {
            rig.offer("n1", i, "room-" + i);
        }
        await().until(() -> rig.updates.size() == 5);

        NodeClientRig.await(client.drain(Duration.ofMillis(100), "it left"));

        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 5);
        assertThat(rig.reports("n1", Outcome.FAILED).get(0).reason()).contains("it left");
    }

    @Test
    void probesAndNamesTheShortestRoundTrip() {
        rig.deploy(node.info("n1"), NodeClientRig.withProbes(impatient(10, 100, DEADLINE), Duration.ofMillis(50)));

        await().until(() -> node.probes.size() >= 3);
        assertThat(node.probes.get(0).getMinRoundTripNanos()).isZero();
        assertThat(node.probes.get(2).getMinRoundTripNanos()).isPositive();
        assertThat(rig.linkStates).hasSize(1);
    }
}
