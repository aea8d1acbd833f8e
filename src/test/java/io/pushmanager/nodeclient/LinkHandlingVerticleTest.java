package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.CLOCKS;
import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.push;
import static io.pushmanager.nodeclient.NodeClientRig.withMailbox;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Overflow;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.pubsub.LinkPush;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Priorities, times to live, keys and a full mailbox, on a link whose node consumes when a test says so. */
@ExtendWith(VertxExtension.class)
class LinkHandlingVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Handling HIGH = Handling.of(Priority.HIGH, Handling.NEVER, "");
    private static final Handling LOW = Handling.of(Priority.LOW, Handling.NEVER, "");
    private static final Handling KEY = Handling.of(Priority.NORMAL, Handling.NEVER, "k");

    private NodeClientRig rig;
    private FakeLinkNode node;

    @BeforeEach
    void setUp(Vertx vertx) {
        rig = new NodeClientRig(vertx);
        node = FakeLinkNode.start(vertx);
        node.onBatch = batch -> {};
    }

    @Test
    void theNodeIsToldOfThem() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        long end = CLOCKS.nanoTime() + 60_000_000_000L;

        offer(1, Handling.of(Priority.HIGH, end, "price"));

        await().until(() -> node.batches.size() == 1);
        LinkPush sent = node.batches.get(0).getPushes(0);
        assertThat(sent.getExpiresNanos()).isEqualTo(end);
        assertThat(sent.getPush().getOptions().getPriority())
                .isEqualTo(io.pushmanager.proto.pubsub.Priority.PRIORITY_HIGH);
        assertThat(sent.getPush().getOptions().getConflationKey()).isEqualTo("price");
        assertThat(sent.getPush().getOptions().hasTtl()).isFalse();
    }

    @Test
    void whatIsHigherOvertakesWhatWaitsAndDoesNotWaitForABatch() {
        shutTheWindow(100);
        offer(1, LOW);
        offer(2, Handling.NORMAL);
        offer(3, Handling.NORMAL);
        offer(4, HIGH);

        await().until(() -> node.taken.size() == 3); // beyond the two batches
        assertThat(node.taken).endsWith("m4");
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);

        await().until(() -> node.taken.size() == 6);
        assertThat(node.taken.subList(2, 6)).containsExactly("m4", "m2", "m3", "m1");
    }

    @Test
    void fewOfLowPriorityAreUnderWayAtOnceAndAllArriveInTheirOrder() {
        node.onBatch = batch -> {};
        rig.deploy(node.info("n1"), config(10, 1_000, DEADLINE));
        for (int i = 0; i < 500; i++) {
            offer(i, LOW);
        }
        await().until(() -> rig.reports("n1", Outcome.ACCEPTED).size() == 500);
        await().until(() -> !node.taken.isEmpty());
        assertThat(node.taken).hasSizeLessThanOrEqualTo(16);

        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 500);
        assertThat(node.taken)
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void whatExpiresWhileItWaitsIsNeverSent() {
        shutTheWindow(100);
        offer(1, ttl(300));
        offer(2, ttl(60_000));

        await().until(() -> rig.reports("n1", Outcome.EXPIRED).size() == 1);
        assertThat(rig.reportsOf(1))
                .last()
                .isEqualTo(NodeReport.unreported("n1", Outcome.EXPIRED, "its time to live ended before it was sent"));
        assertThat(rig.dropped("n1", "expired")).isEqualTo(1);
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);

        await().until(() -> rig.reportsOf(2).size() == 2);
        assertThat(node.taken).doesNotContain("m1").endsWith("m2");
    }

    @Test
    void whatExpiredInABreakIsSentAgainEmpty() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        offer(1, ttl(700));
        await().until(() -> node.taken.size() == 1);
        node.loseTaken();
        long end = CLOCKS.nanoTime() + 700_000_000L;
        await().until(() -> CLOCKS.nanoTime() - end > 0);
        assertThat(rig.reportsOf(1)).hasSize(1); // the node may have it, for all that is known
        node.onBatch = batch -> node.ackAll(1);

        node.breakStream();
        await().until(() -> node.hellos.size() == 2);

        await().until(() -> rig.reportsOf(1).size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.EXPIRED);
        await().until(() -> node.taken.equals(List.of("")));
    }

    @Test
    void aCallerWhosePushCameTooLateHearsSoFirst() {
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, push(1, Target.room("r"), AckLevel.ACCEPTED).withHandling(ttl(-1)));

        await().until(() -> rig.reportsOf(1).size() == 1);
        assertThat(rig.reportsOf(1).get(0).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(rig.reportsOf(1).get(0).isTaken()).isTrue();
    }

    @Test
    void aNewerPushOfAKeyReplacesTheOneThatWaits() {
        shutTheWindow(100);
        offer(1, KEY);
        offer(2, Handling.NORMAL);
        offer(3, KEY);

        await().until(() -> rig.reportsOf(1).size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.CONFLATED);
        assertThat(rig.dropped("n1", "conflated")).isEqualTo(1);
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 4);
        assertThat(node.taken.subList(2, 4)).containsExactly("m2", "m3");
    }

    @Test
    @Tag("fault-11")
    void aFullMailboxMayDropTheOldest() {
        shutTheWindow(3, Overflow.DROP_OLDEST);
        for (int i = 1; i <= 10; i++) {
            offer(i, Handling.NORMAL);
        }

        await().until(() -> rig.reports("n1", Outcome.FAILED).size() == 7);
        assertThat(rig.reportsOf(7))
                .containsExactly(
                        NodeReport.accepted("n1"),
                        NodeReport.unreported("n1", Outcome.FAILED, "dropped: mailbox full, drop-oldest"));
        assertThat(rig.dropped("n1", "dropped_oldest")).isEqualTo(7);
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 5);
        assertThat(node.taken.subList(2, 5)).containsExactly("m8", "m9", "m10");
    }

    @Test
    @Tag("fault-11")
    void aPushMayWaitForRoomAndOnlyItsOwnAnswerWithIt() {
        shutTheWindow(2, Overflow.WAIT);
        for (int i = 1; i <= 4; i++) {
            offer(i, Handling.NORMAL);
        }
        await().until(() -> rig.reportsOf(2).size() == 1);
        assertThat(rig.reportsOf(3)).isEmpty();
        await().until(() -> rig.stats.waitingForRoom() == 2);
        node.onBatch = batch -> node.ackAll(1);

        node.ackAll(1);

        await().until(() -> rig.reports("n1", Outcome.REPORTED).size() == 6);
        assertThat(rig.reportsOf(4).get(0)).isEqualTo(NodeReport.accepted("n1"));
        assertThat(node.taken.subList(2, 6)).containsExactly("m1", "m2", "m3", "m4");
        await().until(() -> rig.stats.waitingForRoom() == 0);
    }

    @Test
    void whatWaitsForRoomInVainIsRefusedBeforeTheDeadline() {
        shutTheWindow(1, Overflow.WAIT);
        offer(1, Handling.NORMAL);
        var late = push(2, Target.room("room"), AckLevel.DELIVERED);

        rig.offer("n1", 2, withDeadline(late, 300));

        await().until(() -> rig.reportsOf(2).size() == 1);
        assertThat(rig.reportsOf(2))
                .containsExactly(NodeReport.rejected("n1", Outcome.REJECTED_FULL, "the node's mailbox stayed full"));
        assertThat(rig.dropped("n1", "full")).isEqualTo(1);
    }

    /** Two batches are under way and stay so. */
    private void shutTheWindow(int maxMessages) {
        shutTheWindow(maxMessages, Overflow.REJECT_NEW);
    }

    private void shutTheWindow(int maxMessages, Overflow overflow) {
        var limits = new MailboxLimits(maxMessages, 1 << 20, overflow, 1 << 20, 60_000_000_000L);
        rig.deploy(node.info("n1"), withMailbox(config(10, 100, DEADLINE), limits));
        offer(101, Handling.NORMAL);
        await().until(() -> node.taken.size() == 1);
        offer(102, Handling.NORMAL);
        await().until(() -> node.taken.size() == 2);
    }

    private void offer(long id, Handling handling) {
        rig.offer("n1", id, push(id, Target.room("room"), AckLevel.DELIVERED).withHandling(handling));
    }

    private static Handling ttl(long millis) {
        return Handling.of(Priority.NORMAL, Handling.expiry(CLOCKS.nanoTime(), millis * 1_000_000), "");
    }

    private static PushMessage withDeadline(PushMessage message, long millis) {
        return PushMessage.of(
                message.messageId(),
                message.callerChoseId(),
                message.api(),
                message.target(),
                message.content(),
                message.ack(),
                CLOCKS.nanoTime() + millis * 1_000_000,
                null);
    }
}
