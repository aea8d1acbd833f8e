package io.pushmanager.connect.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.LinkAck;
import io.pushmanager.proto.pubsub.LinkBatch;
import io.pushmanager.proto.pubsub.LinkProbe;
import io.pushmanager.proto.pubsub.LinkPush;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.Priority;
import io.pushmanager.proto.pubsub.PushMessageBatchRequest;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Options of a push over a link, and results that take longer than its consumption. */
class HandlingLinkVerticleTest {

    private static final DeliveryCounts SO_FAR = new DeliveryCounts(3, 1, 0, 0, 0, 0, 2);
    private static final DeliveryCounts WHOLE = new DeliveryCounts(3, 2, 1, 0, 0, 0, 0);

    private final LinkRig rig = new LinkRig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void readsHowAPushIsToBeTreated() {
        rig.linked()
                .send(batch(link("plain", Priority.PRIORITY_NORMAL), delivered("reported")))
                .ack();

        HubPush plain = rig.batches.get(0).get(0);
        assertThat(plain.handling()).isSameAs(Handling.NORMAL);
        assertThat(plain.reported()).isFalse();
        assertThat(rig.batches.get(0).get(1).handling()).isSameAs(Handling.NORMAL);
        assertThat(rig.batches.get(0).get(1).reported()).isTrue();
    }

    @Test
    void aBatchOfSeveralPrioritiesIsHandedOverByPriorityAndAnsweredInParts() {
        rig.hold = true;
        RawManager manager = rig.linked()
                .send(batch(
                        link("l1", Priority.PRIORITY_LOW),
                        link("h1", Priority.PRIORITY_HIGH),
                        link("n1", Priority.PRIORITY_NORMAL),
                        link("h2", Priority.PRIORITY_HIGH)));
        await().untilAsserted(() -> assertThat(rig.batches).hasSize(3));
        assertThat(rig.delivered()).containsExactly("h1", "h2", "n1", "l1");

        rig.release(0);
        LinkAck high = manager.ack();
        assertThat(high.getResultsList()).extracting(run -> run.getFirstId()).containsExactly(2L, 4L);
        assertThat(high.getConsumedThrough()).isZero();
        rig.release(2);
        assertThat(manager.ack().getResults(0).getFirstId()).isEqualTo(1);
        rig.release(1);
        LinkAck normal = manager.ack();
        assertThat(normal.getResults(0).getFirstId()).isEqualTo(3);
        assertThat(normal.getConsumedThrough()).isEqualTo(4);
    }

    @Test
    void timeIsTurnedIntoThisNodesClock() {
        RawManager manager = rig.manager();
        ManagerFrame.Builder hello = RawManager.helloFrame("", 0);
        hello.getHelloBuilder().setSentNanos(5_000_000_000L);
        long before = System.nanoTime();
        manager.send(hello).welcome();
        LinkPush.Builder push = link("t", Priority.PRIORITY_LOW).setExpiresNanos(7_000_000_000L);
        LinkBatch.Builder late = LinkBatch.newBuilder()
                .setFirstId(1)
                .setSentNanos(5_100_000_000L)
                .addPushes(push);
        manager.send(ManagerFrame.newBuilder().setBatch(late)).ack();
        long after = System.nanoTime();

        // The stamp of the batch says that it came sooner than its clock had gone on: the offset is the least that was
        // seen.
        Handling handling = rig.batches.get(0).get(0).handling();
        assertThat(handling.expiresNanos()).isBetween(before + 1_900_000_000L, after + 1_900_000_000L);
        assertThat(handling.priority()).isEqualTo(io.pushmanager.core.message.Priority.LOW);
    }

    @Test
    void consumptionDoesNotWaitForAResultThatTakesLonger() {
        Promise<DeliveryCounts> slow = Promise.promise();
        rig.answer = new HubAnswer.Later(SO_FAR, slow.future());
        RawManager manager = rig.linked().batch(1, "slow");
        LinkAck consumed = manager.ack();
        assertThat(consumed.getConsumedThrough()).isEqualTo(1);
        assertThat(consumed.getResultsList()).isEmpty();

        rig.answer = new HubAnswer.Delivered(new DeliveryCounts(1, 1, 0, 0, 0, 0, 0));
        LinkAck next = manager.batch(2, "quick").ack();
        assertThat(next.getResults(0).getFirstId()).isEqualTo(2);

        rig.complete(slow, WHOLE);
        LinkAck late = manager.ack();
        assertThat(late.getResults(0).getFirstId()).isEqualTo(1);
        assertThat(late.getResults(0).getDetails(0).getDelivery().getDroppedSlow())
                .isEqualTo(1);
        assertThat(late.getConsumedThrough()).isEqualTo(2);
    }

    @Test
    void aManagerThatLeavesGetsItsLateResultsFirst() {
        Promise<DeliveryCounts> slow = Promise.promise();
        rig.answer = new HubAnswer.Later(SO_FAR, slow.future());
        RawManager manager = rig.linked().batch(1, "slow");
        manager.ack();
        manager.halfClose();
        await().during(Duration.ofMillis(100)).until(manager::isOpen);

        rig.complete(slow, WHOLE);
        assertThat(manager.ack().getResults(0).getFirstId()).isEqualTo(1);
        assertThat(manager.end().grpcStatus()).isZero();
    }

    @Test
    void resultsBeyondTheBoundAreNotWaitedFor() {
        rig.answer =
                new HubAnswer.Later(SO_FAR, Promise.<DeliveryCounts>promise().future());
        RawManager manager = rig.linked();
        int each = 64;
        long id = 1;
        for (int left = LinkSession.MAX_LATE_RESULTS; left > 0; left -= each) {
            manager.batch(id, texts(each));
            id += each;
            while (manager.ack().getConsumedThrough() < id - 1) {
                // until it is consumed
            }
            manager.send(
                    ManagerFrame.newBuilder().setProbe(LinkProbe.newBuilder().setNumber(1)));
            manager.next();
        }
        LinkAck beyond = manager.batch(id, "one more").ack();
        assertThat(beyond.getResults(0).getFirstId()).isEqualTo(id);
        assertThat(beyond.getResults(0).getDetails(0).getDelivery().getUnknown())
                .isEqualTo(2);
    }

    private static String[] texts(int count) {
        return Collections.nCopies(count, "t").toArray(new String[0]);
    }

    private static LinkPush.Builder link(String text, Priority priority) {
        PushMessageBatchRequest.Builder push = RawManager.push(text);
        if (priority != Priority.PRIORITY_NORMAL) {
            push.getOptionsBuilder().setPriority(priority);
        }
        return LinkPush.newBuilder().setPush(push);
    }

    private static LinkPush.Builder delivered(String text) {
        PushMessageBatchRequest.Builder push = RawManager.push(text);
        push.getOptionsBuilder().setAck(Ack.ACK_DELIVERED);
        return LinkPush.newBuilder().setPush(push);
    }

    private static ManagerFrame.Builder batch(LinkPush.Builder... pushes) {
        LinkBatch.Builder batch = LinkBatch.newBuilder().setFirstId(1);
        List.of(pushes).forEach(batch::addPushes);
        return ManagerFrame.newBuilder().setBatch(batch);
    }
}
