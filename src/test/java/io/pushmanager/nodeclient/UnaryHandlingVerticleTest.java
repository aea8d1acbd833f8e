package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.CLOCKS;
import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.push;
import static io.pushmanager.nodeclient.NodeClientRig.withMailbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Overflow;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.PushOptions;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Priorities, times to live, keys and a full mailbox, at a node that takes a call for each push. */
@ExtendWith(VertxExtension.class)
class UnaryHandlingVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final long SECOND = 1_000_000_000;

    private NodeClientRig rig;
    private FakeNode node;

    @BeforeEach
    void setUp(Vertx vertx) {
        rig = new NodeClientRig(vertx);
        node = FakeNode.start(vertx);
    }

    @Test
    void theNodeIsToldWhatIsLeftOfTheTimeToLive() {
        rig.deploy(node.info("n1"), config(1, 100, DEADLINE));

        offer(1, Handling.of(Priority.LOW, CLOCKS.nanoTime() + 20 * SECOND, "price"));

        await().until(() -> node.pushes.size() == 1);
        PushOptions options = node.pushes.get(0).request().getOptions();
        assertThat(Durations.toNanos(options.getTtl())).isBetween(10 * SECOND, 20 * SECOND);
        assertThat(options.getPriority()).isEqualTo(io.pushmanager.proto.pubsub.Priority.PRIORITY_LOW);
        assertThat(options.getConflationKey()).isEqualTo("price");
    }

    @Test
    void aPlainPushHasNoOptions() {
        rig.deploy(node.info("n1"), config(1, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("room"), AckLevel.ACCEPTED));

        await().until(() -> node.pushes.size() == 1);
        assertThat(node.pushes.get(0).request().hasOptions()).isFalse();
    }

    @Test
    void inALaneWhatIsHigherGoesFirst() {
        occupyTheLane(100, Overflow.REJECT_NEW);
        offer(1, Handling.of(Priority.LOW, Handling.NEVER, ""));
        offer(2, Handling.NORMAL);
        offer(3, Handling.of(Priority.HIGH, Handling.NEVER, ""));
        await().until(() -> rig.reportsOf(3).size() == 1);

        freeTheLane();

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 4);
        assertThat(ids()).containsExactly("m0", "m3", "m2", "m1");
    }

    @Test
    void whatExpiresWhileItWaitsIsNeverSent() {
        occupyTheLane(100, Overflow.REJECT_NEW);
        offer(1, Handling.of(Priority.NORMAL, CLOCKS.nanoTime() + SECOND / 5, ""));

        await().until(() -> rig.reports("n1", Outcome.EXPIRED).size() == 1);
        freeTheLane();
        await().until(() -> rig.reportsOf(0).size() == 2);
        assertThat(ids()).containsExactly("m0");
    }

    @Test
    void whatExpiresWithoutAConnectionIsToldAtItsTime() {
        var info = node.info("n1");
        node.stop();
        rig.deploy(info, config(1, 100, DEADLINE));

        offer(1, Handling.of(Priority.NORMAL, CLOCKS.nanoTime() + SECOND / 5, ""));

        await().atMost(Duration.ofSeconds(3))
                .until(() -> rig.reports("n1", Outcome.EXPIRED).size() == 1);
    }

    @Test
    void aNewerPushOfAKeyReplacesTheOneThatWaits() {
        occupyTheLane(100, Overflow.REJECT_NEW);
        offer(1, Handling.of(Priority.NORMAL, Handling.NEVER, "k"));
        offer(2, Handling.of(Priority.NORMAL, Handling.NEVER, "k"));

        await().until(() -> rig.reportsOf(1).size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.CONFLATED);
        freeTheLane();
        await().until(() -> rig.reportsOf(2).size() == 2);
        assertThat(ids()).containsExactly("m0", "m2");
    }

    @Test
    void aPushMayWaitForRoom() {
        occupyTheLane(1, Overflow.WAIT);
        offer(1, Handling.NORMAL);
        offer(2, Handling.NORMAL);
        await().until(() -> rig.stats.waitingForRoom() == 2);
        assertThat(rig.reportsOf(1)).isEmpty();

        freeTheLane();

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 3);
        assertThat(rig.reportsOf(2).get(0)).isEqualTo(NodeReport.accepted("n1"));
        assertThat(ids()).containsExactly("m0", "m1", "m2");
    }

    private void occupyTheLane(int maxMessages, Overflow overflow) {
        node.onPush = push -> {};
        var limits = new MailboxLimits(maxMessages, 1 << 20, overflow, 1 << 20, SECOND);
        rig.deploy(node.info("n1"), withMailbox(config(1, 100, DEADLINE), limits));
        offer(0, Handling.NORMAL);
        await().until(() -> node.pushes.size() == 1);
    }

    private void freeTheLane() {
        node.onPush = push -> push.report(1);
        node.pushes.get(0).report(1);
    }

    private List<String> ids() {
        return node.pushes.stream().map(push -> push.request().getMessageId()).toList();
    }

    private void offer(long id, Handling handling) {
        rig.offer("n1", id, push(id, Target.room("room"), AckLevel.DELIVERED).withHandling(handling));
    }
}
