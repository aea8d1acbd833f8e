package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.withoutChecks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a drain waits for, and for how long. */
@ExtendWith(VertxExtension.class)
class NodeClientDrainVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    @Test
    void drainSendsWhatIsInTheMailboxAndRejectsTheRest() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> vertx.setTimer(20, later -> push.report(1));
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(2, 100, DEADLINE));
        await().until(() -> rig.linkStates.size() == 1);
        for (int i = 0; i < 10; i++) {
            rig.offer("n1", i, "room-" + i);
        }
        await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() == 10);

        var drained = client.drain(Duration.ofSeconds(5), "test");
        await().until(() -> {
            rig.offer("n1", 99, "room");
            return !rig.reports("n1", Outcome.REJECTED_DRAINING).isEmpty();
        });

        NodeClientRig.await(drained);
        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 10);
    }

    @Test
    void drainWaitsForTheAnswersThatComeAfterAGoAway() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {}; // answered below, after the GOAWAY
        // Vert.x's server drops a connection on which it is asked for more just when it says GOAWAY.
        NodeClientVerticle client = rig.deploy(node.info("n1"), withoutChecks(config(1, 100, DEADLINE)));
        rig.offer("n1", 1, "room");
        rig.offer("n1", 2, "room");
        await().until(() -> node.pushes.size() == 1);

        var drained = client.drain(Duration.ofSeconds(5), "it left");
        rig.offer("n1", 3, "room"); // behind the drain: the GOAWAY must not come before that
        await().until(() -> rig.reports("n1", Outcome.REJECTED_DRAINING).size() == 1);
        node.connections.get(0).goAway(0);
        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 1);
        assertThat(drained.isComplete()).isFalse();
        node.pushes.get(0).report(3);

        NodeClientRig.await(drained);
        await().until(() -> rig.updates.size() == 5);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.REPORTED);
        assertThat(rig.reportsOf(2).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.dropped("n1", "node_gone")).isEqualTo(1);
    }

    @Test
    void drainGivesUpAtItsTimeOut() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        NodeClientVerticle client = rig.deploy(node.info("n1"), config(2, 100, DEADLINE));
        await().until(() -> rig.linkStates.size() == 1);
        for (int i = 0; i < 5; i++) {
            rig.offer("n1", i, "room-" + i);
        }
        await().until(() -> rig.updates.size() == 5);

        NodeClientRig.await(client.drain(Duration.ofMillis(100), "it left"));

        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 5);
        assertThat(rig.reports("n1", Outcome.FAILED).get(0).reason()).contains("it left");
    }
}
