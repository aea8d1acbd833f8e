package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.impatient;
import static io.pushmanager.nodeclient.NodeClientRig.withProbes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.LinkState;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkResults;
import io.pushmanager.proto.pubsub.LinkWelcome;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Links that break, stand still, or lead to somebody else. */
@ExtendWith(VertxExtension.class)
class BrokenLinkVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private Vertx vertx;
    private NodeClientRig rig;
    private FakeLinkNode node;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        rig = new NodeClientRig(vertx);
        node = FakeLinkNode.start(vertx);
    }

    @Test
    @Tag("fault-15")
    void aStreamThatBreaksInTheMiddleOfABatchLosesAndDoublesNothing() {
        node.onBatch = batch -> {
            // Not after the last: it is the next batch that brings the acknowledgement.
            if (node.batches.size() % 7 == 3 && node.taken.size() < 200) {
                node.breakStream();
            } else {
                node.ackAll(1);
            }
        };
        rig.deploy(node.info("n1"), config(10, 10_000, Duration.ofSeconds(30)));

        for (int i = 0; i < 200; i++) {
            rig.offer("n1", i, "room");
            if (i % 10 == 0) {
                int soFar = i;
                await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() > soFar);
            }
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> rig.reports("n1", Outcome.REPORTED).size() == 200);
        assertThat(node.taken)
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(i -> "m" + i).toList());
        assertThat(node.hellos.size()).isGreaterThan(2);
        assertThat(node.hellos.get(1).getSession()).isEqualTo("session-1");
        assertThat(rig.updates).hasSize(400);
        assertThat(node.node.connections).hasSize(1);
        assertThat(rig.linkStates).hasSize(1);
    }

    @Test
    @Tag("fault-15")
    void aLostConnectionIsMadeAgainAndTheSessionGoesOn() {
        node.onBatch = batch -> {
            if (node.taken.size() == 1) {
                node.node.connections.get(0).close();
            } else {
                node.ackAll(1);
            }
        };
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        await().until(() -> node.taken.size() == 1);
        rig.offer("n1", 2, "room");

        await().atMost(Duration.ofSeconds(3))
                .until(() -> rig.reports("n1", Outcome.REPORTED).size() == 2);
        assertThat(node.taken).containsExactly("m1", "m2");
        assertThat(rig.linkStates.stream().map(LinkState::connected)).containsExactly(true, false, true);
    }

    @Test
    void aPushThatEndedDuringTheBreakIsSentAgainEmpty() {
        node.onBatch = batch -> {};
        rig.deploy(node.info("n1"), config(10, 100, Duration.ofMillis(300)));
        rig.offer("n1", 1, "room");
        await().until(() -> node.taken.size() == 1);
        node.loseTaken();
        await().until(() -> rig.reports("n1", Outcome.TIMED_OUT).size() == 1);
        node.onBatch = batch -> node.ackAll(1);

        node.breakStream();
        await().until(() -> node.hellos.size() == 2);
        rig.offer("n1", 2, "room");

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 1);
        assertThat(node.taken).containsExactly("", "m2");
        assertThat(rig.reportsOf(1)).hasSize(2);
    }

    @Test
    void aForgottenSessionFailsWhatWasSentAndSendsWhatWasNot() {
        node.onBatch = batch -> {};
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        rig.offer("n1", 1, "room");
        await().until(() -> node.taken.size() == 1);
        rig.offer("n1", 2, "room");
        await().until(() -> node.taken.size() == 2);
        rig.offer("n1", 3, "room"); // two batches are unconsumed: it waits
        await().until(() -> rig.updates.size() == 3);
        node.onBatch = batch -> node.ackAll(4);

        node.forgetSession();
        node.breakStream();

        await().until(() -> rig.updates.size() == 6);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(2).get(1).reason()).contains("forgotten");
        assertThat(rig.reportsOf(3).get(1).outcome()).isEqualTo(Outcome.REPORTED);
        assertThat(node.batches.get(2).getFirstId()).isEqualTo(1);
    }

    @Test
    void acknowledgementsThatCameBeforeTheBreakAreNotTakenTwice() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        rig.offer("n1", 1, "room");
        await().until(() -> rig.updates.size() == 2);

        node.breakStream();
        await().until(() -> node.hellos.size() == 2);
        assertThat(node.hellos.get(1).getAckSeen()).isEqualTo(1);
        rig.offer("n1", 2, "room");

        await().until(() -> rig.updates.size() == 4);
    }

    @Test
    void anAcknowledgementThatWasLostWithTheStreamComesAgain() {
        node.onBatch = batch -> {
            node.breakStream();
            node.ackAll(3);
        };
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.REPORTED);
        assertThat(node.taken).containsExactly("m1");
    }

    @Test
    void aNodeThatDoesNotKnowTheStreamGetsOneCallPerPush() {
        FakeNode unary = FakeNode.start(vertx);
        rig.deploy(new FakeLinkNode.Announced(unary).info("n1"), config(10, 100, DEADLINE));

        for (int i = 0; i < 20; i++) {
            rig.offer("n1", i, "room");
        }

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 20);
        assertThat(unary.pushes.stream().map(push -> push.request().getMessageId()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    }

    @Test
    @Tag("fault-13")
    void anotherInstanceAtTheAddressEndsTheLink() {
        node.onBatch = batch -> node.endStream(GrpcStatus.FAILED_PRECONDITION, "I am instance-2");
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("another process");

        await().until(() -> node.node.openConnections.get() == 0);
        rig.offer("n1", 2, "room");
        await().until(() -> rig.updates.size() == 3);
        assertThat(rig.reportsOf(2).get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(node.taken).containsExactly("m1");
        assertThat(rig.linkStates.get(rig.linkStates.size() - 1).connected()).isFalse();
    }

    @Test
    void aWelcomeThatMakesNoSenseStartsANewSession() {
        node.onBatch = batch -> node.write(NodeFrame.newBuilder()
                .setWelcome(LinkWelcome.newBuilder().setVersion(1).setSession("another"))
                .build());
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        rig.offer("n1", 1, "room");
        await().until(() -> node.taken.size() == 1);
        node.onBatch = batch -> node.ackAll(1);

        await().until(() -> node.hellos.size() == 2);
        assertThat(node.hellos.get(1).getSession()).isEmpty();
        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 1);
        rig.offer("n1", 2, "room");
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 1);
    }

    @Test
    void aResultForWhatWasNeverSentEndsTheStream() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        await().until(() -> node.hellos.size() == 1);

        node.ack(LinkAck.newBuilder()
                .addResults(LinkResults.newBuilder().setFirstId(77).addMatched(1)));

        await().until(() -> node.hellos.size() == 2);
    }

    @Test
    @Tag("fault-10")
    void aSilentNodeCountsAsDisconnected() {
        rig.deploy(node.info("n1"), withProbes(impatient(10, 100, DEADLINE), Duration.ofMillis(50)));
        await().until(() -> node.hellos.size() == 1);
        node.answersProbes = false;

        await().until(() -> rig.linkStates.size() >= 2);
        assertThat(rig.linkStates.get(1).connected()).isFalse();
        node.answersProbes = true;

        await().until(() -> rig.linkStates.get(rig.linkStates.size() - 1).connected());
        rig.offer("n1", 1, "room");
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 1);
    }

    @Test
    void aNodeThatDoesNotWelcomeCountsAsDisconnected() {
        node.welcomes = false;
        rig.deploy(node.info("n1"), impatient(10, 100, Duration.ofMillis(300)));
        await().until(() -> rig.linkStates.size() >= 2);

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("not sent in time");
    }

    @Test
    @Tag("fault-9")
    void aNodeWhoseAddressRefusesFailsWhatItHadAtOnce() {
        node.onBatch = batch -> vertx.runOnContext(gone -> node.node.close());
        rig.deploy(node.info("n1"), config(10, 100, Duration.ofSeconds(30)));

        rig.offer("n1", 1, "room");

        await().atMost(Duration.ofSeconds(5)).until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("connection was lost");
    }

    @Test
    void aPushThatCouldNotBeSentFailsRatherThanTimesOut() {
        node.node.stop();
        rig.deploy(node.info("n1"), config(1, 100, Duration.ofMillis(200)));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("not sent").contains("not connected");
    }

    @Test
    @Tag("fault-15")
    void whatAGoAwayCoversStillGetsItsResultOverTheOldStream() {
        node.onBatch = batch -> {
            if (node.taken.size() == 1) {
                node.node.connections.get(0).goAway(0);
                node.ackAll(3);
            } else {
                node.ackAll(1);
            }
        };
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        await().until(() -> rig.updates.size() == 2);
        rig.offer("n1", 2, "room");

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 2);
        assertThat(node.taken).containsExactly("m1", "m2");
        await().until(() -> node.node.openConnections.get() == 1);
    }

    @Test
    void drainDoesNotWaitForWhatWasNeverSent() {
        node.onBatch = batch -> {};
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        for (int i = 1; i <= 3; i++) {
            rig.offer("n1", i, "room");
            int sent = Math.min(i, 2);
            await().until(() -> node.taken.size() == sent);
        }
        await().until(() -> rig.updates.size() == 3);

        var drained = client.drain(Duration.ofSeconds(5), "it left");
        node.node.connections.get(0).goAway(0);
        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 1);
        assertThat(rig.reportsOf(3).get(1).reason()).contains("given up");
        assertThat(drained.isComplete()).isFalse();
        node.ackAll(1);

        NodeClientRig.await(drained);
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 2);
    }
}
