package io.pushmanager.connect.inbox;

import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.LinkResultDetail;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.pushmanager.testing.RecordingTracing;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkVerticleTest {

    private LinkRig rig = new LinkRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void welcomesAManager() {
        LinkWelcome welcome = rig.manager().hello().welcome();

        assertThat(welcome.getVersion()).isEqualTo(1);
        assertThat(welcome.getNodeId()).isEqualTo("node-1");
        assertThat(welcome.getNodeInstanceId()).isEqualTo("instance-1");
        assertThat(welcome.getSession()).isNotEmpty();
        assertThat(welcome.getReceivedThrough()).isZero();
        assertThat(welcome.getWindowPushes()).isEqualTo(100);
        assertThat(welcome.getWindowBytes()).isEqualTo(64 * 1024);
        assertThat(rig.registry.get("connect_node_link_sessions").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void speaksItsOwnVersionWithANewerManager() {
        ManagerFrame.Builder hello = RawManager.helloFrame("", 0);
        hello.getHelloBuilder().setVersion(7);

        assertThat(rig.manager().send(hello).welcome().getVersion()).isEqualTo(1);
    }

    @Test
    void notesTheManagerOfALink() {
        new RawManager(rig.probe, Map.of("pm-manager", "manager-1", "pm-instance", "instance-1"))
                .hello()
                .welcome();

        assertThat(rig.managers).containsExactly("manager-1");
    }

    @Test
    void handsABatchToTheHubAsOneAndAnswersItAsOneRun() {
        LinkAck ack = rig.linked().batch(1, "a", "b", "c").ack();

        assertThat(rig.batches).hasSize(1);
        assertThat(rig.delivered()).containsExactly("a", "b", "c");
        assertThat(ack.getNumber()).isEqualTo(1);
        assertThat(ack.getConsumedThrough()).isEqualTo(3);
        assertThat(ack.getResultsList()).hasSize(1);
        assertThat(ack.getResults(0).getFirstId()).isEqualTo(1);
        assertThat(ack.getResults(0).getMatchedList()).containsExactly(3, 3, 3);
        assertThat(ack.getResults(0).getDetailsList()).isEmpty();
    }

    @Test
    void countsWhatItReceives() {
        rig.linked().batch(1, "a", "b", "c").ack();

        assertThat(rig.registry.get("connect_node_link_batch_pushes").summary().max())
                .isEqualTo(3);
        assertThat(rig.registry
                        .get("connect_node_push_received")
                        .tag("has_users", "true")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void tellsMoreOfAPushThatWasNotWrittenToAll() {
        rig.answer = new HubAnswer.Delivered(new DeliveryCounts(3, 1, 2, 0, 0, 0, 0));

        LinkAck ack = rig.linked().batch(1, "a").ack();

        LinkResultDetail detail = ack.getResults(0).getDetails(0);
        assertThat(detail.getIndex()).isZero();
        assertThat(detail.getDelivery().getDroppedSlow()).isEqualTo(2);
        assertThat(detail.getCode()).isZero();
    }

    @Test
    void passesOnWhyTheHubRefused() {
        rig.answer = new HubAnswer.Refused(
                PushError.of(ErrorCode.ALREADY_EXISTS, "MESSAGE_ID_REUSED", "message_id was used with other content"));

        LinkResultDetail detail = rig.linked().batch(1, "a").ack().getResults(0).getDetails(0);

        assertThat(detail.getCode()).isEqualTo(6);
        assertThat(detail.getReason()).contains("MESSAGE_ID_REUSED");
    }

    @Test
    void answersABadPushByItselfAndDeliversTheOthers() {
        LinkBatch.Builder batch = LinkBatch.newBuilder().setFirstId(1);
        batch.addPushes(LinkPush.newBuilder().setPush(RawManager.push("a")));
        batch.addPushes(LinkPush.newBuilder()
                .setPush(PushMessageBatchRequest.newBuilder().setRoomId("r")));
        batch.addPushes(LinkPush.newBuilder().setPush(RawManager.push("c")));

        LinkAck ack =
                rig.linked().send(ManagerFrame.newBuilder().setBatch(batch)).ack();

        assertThat(rig.delivered()).containsExactly("a", "c");
        assertThat(ack.getResults(0).getMatchedList()).containsExactly(3, 0, 3);
        assertThat(ack.getResults(0).getDetailsList()).hasSize(1);
        assertThat(ack.getResults(0).getDetails(0).getIndex()).isEqualTo(1);
        assertThat(ack.getResults(0).getDetails(0).getCode()).isEqualTo(3);
        assertThat(ack.getResults(0).getDetails(0).getReason()).contains("content");
    }

    @Test
    void takesAPushWithoutAnythingAsDone() {
        LinkBatch.Builder batch = LinkBatch.newBuilder()
                .setFirstId(1)
                .addPushes(LinkPush.getDefaultInstance())
                .addPushes(LinkPush.newBuilder().setPush(RawManager.push("b")));

        LinkAck ack =
                rig.linked().send(ManagerFrame.newBuilder().setBatch(batch)).ack();

        assertThat(rig.delivered()).containsExactly("b");
        assertThat(ack.getResults(0).getMatchedList()).containsExactly(0, 3);
        assertThat(ack.getResults(0).getDetailsList()).isEmpty();
        assertThat(ack.getConsumedThrough()).isEqualTo(2);
    }

    @Test
    void saysConsumedOnlyWhenTheHubIsDone() {
        rig.hold = true;
        RawManager manager = rig.linked().batch(1, "a").batch(2, "b");
        manager.send(ManagerFrame.newBuilder().setProbe(LinkProbe.newBuilder().setNumber(1)));

        assertThat(manager.next().hasProbeAnswer()).isTrue();
        rig.release(0);

        assertThat(manager.ack().getConsumedThrough()).isEqualTo(1);
    }

    @Test
    void acknowledgesTogetherWhatCompletesTogether() {
        rig.hold = true;
        RawManager manager = rig.linked().batch(1, "a").batch(2, "b", "c");
        await().until(() -> rig.held.size() == 2);

        rig.release(0, 1);

        LinkAck ack = manager.ack();
        assertThat(ack.getConsumedThrough()).isEqualTo(3);
        assertThat(ack.getResultsList()).hasSize(1);
        assertThat(ack.getResults(0).getMatchedCount()).isEqualTo(3);
    }

    @Test
    void answersAProbeAtOnce() {
        RawManager manager = rig.linked();

        manager.send(ManagerFrame.newBuilder()
                .setProbe(LinkProbe.newBuilder().setNumber(4).setSentNanos(-5).setMinRoundTripNanos(2_000_000)));

        NodeFrame answer = manager.next();
        assertThat(answer.getProbeAnswer().getNumber()).isEqualTo(4);
        assertThat(answer.getProbeAnswer().getSentNanos()).isEqualTo(-5);
        assertThat(answer.getProbeAnswer().getLeaseGranted()).isFalse();
        await().untilAsserted(() -> assertThat(rig.registry
                        .get("connect_node_link_clock_error_seconds")
                        .gauge()
                        .value())
                .isEqualTo(0.005));
    }

    @Test
    void ignoresAFrameOfALaterVersion() {
        RawManager manager = rig.linked();

        manager.send(ManagerFrame.newBuilder()).batch(1, "a");

        assertThat(manager.ack().getConsumedThrough()).isEqualTo(1);
    }

    @Test
    void endsWithOkOnceALeavingManagerHasEverything() {
        rig.hold = true;
        RawManager manager = rig.linked().batch(1, "a");
        manager.halfClose();
        await().until(() -> rig.held.size() == 1);
        rig.release(0);

        assertThat(manager.ack().getConsumedThrough()).isEqualTo(1);
        assertThat(manager.end().grpcStatus()).isZero();
        assertThat(rig.registry.get("connect_node_link_sessions").gauge().value())
                .isZero();
    }

    @Test
    void tellsItsManagersThatItLeavesAndServesOn() {
        RawManager early = rig.linked();

        rig.inbox.announceDrain(Duration.ofSeconds(10));

        assertThat(early.next().getDrain().getGraceMillis()).isEqualTo(10_000);
        RawManager late = rig.linked();
        assertThat(late.next().hasDrain()).isTrue();
        assertThat(late.batch(1, "a").ack().getConsumedThrough()).isEqualTo(1);
    }

    @Test
    void sendsTheLastAcknowledgementBeforeItStops() {
        rig.hold = true;
        RawManager manager = rig.linked().batch(1, "a");
        await().until(() -> rig.held.size() == 1);

        var stopped = rig.vertx.undeploy(rig.deployment);
        rig.release(0);

        assertThat(manager.ack().getConsumedThrough()).isEqualTo(1);
        assertThat(manager.end().grpcStatus()).isZero();
        await(stopped);
    }

    @Test
    void hasASpanForEachTracedPush() {
        rig.close();
        RecordingTracing tracing = new RecordingTracing();
        rig = new LinkRig(LinkRig.CONFIG, tracing);
        LinkBatch.Builder batch = LinkBatch.newBuilder()
                .setFirstId(1)
                .addPushes(LinkPush.newBuilder()
                        .setPush(RawManager.push("a"))
                        .setTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
                .addPushes(LinkPush.newBuilder().setPush(RawManager.push("b")));

        rig.linked().send(ManagerFrame.newBuilder().setBatch(batch)).ack();

        assertThat(tracing.ended).containsExactly("node fan-out OK");
    }

    @Test
    void isALegacyNodeWhenTheLinkIsOff() {
        rig.close();
        rig = new LinkRig(
                new LinkConfig(false, 100, 64 * 1024, Duration.ofSeconds(60), LinkRig.INTEREST),
                io.pushmanager.telemetry.Tracing.off());

        assertThat(rig.probe
                        .call(RawManager.LINK, ManagerFrame.getDefaultInstance())
                        .grpcStatus())
                .isEqualTo(12);
    }
}
