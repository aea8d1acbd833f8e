package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.impatient;
import static io.pushmanager.nodeclient.NodeClientRig.withoutChecks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.LinkState;
import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unary calls refused, reset, cut off by a GOAWAY or by a lost connection. */
@ExtendWith(VertxExtension.class)
class UnaryFaultVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    /** Does this with its first push, and reports every other. */
    private FakeNode nodeThatMeetsTheFirst(Consumer<FakeNode.Push> with) {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {
            if (node.pushes.size() == 1) {
                with.accept(push);
            } else {
                push.report(1);
            }
        };
        return node;
    }

    /** To one room; until both have ended. */
    private void pushTwice(FakeNode node, Duration atMost) {
        rig.deploy(node.info("n1"), withoutChecks(config(10, 100, DEADLINE)));
        rig.offer("n1", 1, "room");
        rig.offer("n1", 2, "room");
        await().atMost(atMost).until(() -> rig.updates.size() == 4);
    }

    private void assertTheFirstFailedAndTheSecondArrived() {
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(2).get(1).outcome()).isEqualTo(Outcome.REPORTED);
    }

    @Test
    @Tag("fault-15")
    void aRefusedStreamIsSentAgain() {
        FakeNode node = FakeNode.start(vertx);
        AtomicInteger refusals = new AtomicInteger();
        node.before = request -> {
            if (request.path().equals(NodeMethods.PUSH_MESSAGE_BATCH) && refusals.incrementAndGet() == 1) {
                request.response().reset(0x7);
                return true;
            }
            return false;
        };
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        rig.offer("n1", 2, "room");

        await().atMost(Duration.ofSeconds(3))
                .until(() -> rig.reports("n1", Outcome.REPORTED).size() == 2);
        assertThat(node.pushes.stream().map(push -> push.request().getMessageId()))
                .containsExactly("m1", "m2");
        assertThat(node.connections).hasSize(1);
    }

    @Test
    @Tag("fault-15")
    void aCallResetInItsMiddleFailsAtOnceAndIsNotSentAgain() {
        FakeNode node = nodeThatMeetsTheFirst(push -> push.call().response().cancel());

        pushTwice(node, Duration.ofSeconds(3));

        assertTheFirstFailedAndTheSecondArrived();
        assertThat(node.connections).hasSize(1);
        assertThat(node.pushes).hasSize(2);
    }

    @Test
    @Tag("fault-15")
    void whatAGoAwayLeftOutIsSentAgainOverANewConnection() {
        FakeNode node = FakeNode.start(vertx);
        AtomicInteger calls = new AtomicInteger();
        node.before = request -> {
            if (request.path().equals(NodeMethods.PUSH_MESSAGE_BATCH) && calls.incrementAndGet() == 1) {
                // The health check was stream 1: the push after it is above the last one processed.
                request.connection().goAway(0, 1);
                return true;
            }
            return false;
        };
        rig.deploy(node.info("n1"), withoutChecks(config(10, 100, DEADLINE)));
        await().until(() -> rig.linkStates.size() == 1);

        rig.offer("n1", 1, "room");

        await().atMost(Duration.ofSeconds(3)).until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.REPORTED);
        assertThat(node.connections).hasSize(2);
        await().until(() -> node.openConnections.get() == 1);
    }

    @Test
    @Tag("fault-15")
    void whatAGoAwayCoversStillGetsItsAnswer() {
        FakeNode node = nodeThatMeetsTheFirst(push -> {
            push.call().connection().goAway(0);
            vertx.setTimer(50, later -> push.report(3));
        });

        pushTwice(node, Duration.ofSeconds(3));

        assertThat(rig.reports("n1", Outcome.REPORTED)).hasSize(2);
        assertThat(node.pushes).hasSize(2);
    }

    @Test
    void aLostConnectionFailsWhatIsUnderWayAndIsMadeAgain() {
        FakeNode node = nodeThatMeetsTheFirst(push -> push.call().connection().close());

        pushTwice(node, Duration.ofSeconds(2));

        assertTheFirstFailedAndTheSecondArrived();
        assertThat(rig.linkStates.stream().map(LinkState::connected)).containsExactly(true, false, true);
    }

    @Test
    void aSilentConnectionIsGivenUpAndMadeAgain() {
        FakeNode node = FakeNode.start(vertx);
        rig.deploy(node.info("n1"), impatient(10, 100, DEADLINE));
        await().until(() -> rig.linkStates.size() == 1);

        node.answersHealth = false;
        await().until(() -> rig.linkStates.size() == 2);
        assertThat(rig.linkStates.get(1).connected()).isFalse();
        node.answersHealth = true;

        await().until(() -> rig.linkStates.size() == 3);
        assertThat(rig.linkStates.get(2).connected()).isTrue();
    }

    @Test
    void aPushThatCouldNotBeSentFailsRatherThanTimesOut() {
        FakeNode node = FakeNode.start(vertx);
        node.stop();
        rig.deploy(node.info("n1"), config(1, 100, Duration.ofMillis(200)));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("not sent").contains("not connected");
    }

    @Test
    void aPushThatWaitsForTheConnectionIsSentAsSoonAsThereIsOne() {
        FakeNode gone = FakeNode.start(vertx);
        gone.stop();
        rig.deploy(gone.info("n1"), config(10, 100, DEADLINE));
        rig.offer("n1", 1, "room");
        await().until(() -> rig.updates.size() == 1);

        FakeNode back = FakeNode.start(vertx, "instance-1", true, gone.port());

        await().atMost(Duration.ofSeconds(2)).until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.REPORTED);
        assertThat(back.pushes).hasSize(1);
    }
}
