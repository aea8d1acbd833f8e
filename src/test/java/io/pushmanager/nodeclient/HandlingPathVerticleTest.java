package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.fanout.RoutingMode;
import io.pushmanager.publisher.PublishVerticle;
import io.pushmanager.publisher.PublisherConfig;
import io.pushmanager.publisher.PushOptions;
import io.pushmanager.publisher.PushPublisher;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a caller on the event bus through fan-out to a node that stands still, and back. */
@ExtendWith(VertxExtension.class)
class HandlingPathVerticleTest {

    private static final PushOptions DELIVERED = PushOptions.defaults().withAck(AckLevel.DELIVERED);

    private FakeLinkNode node;
    private PushPublisher publisher;

    @BeforeEach
    void setUp(Vertx vertx) {
        InterestRig rig = new InterestRig(vertx, RoutingMode.BROADCAST, Duration.ZERO);
        node = FakeLinkNode.start(vertx);
        node.onBatch = batch -> {};
        rig.start(node);
        NodeClientRig.await(vertx.deployVerticle(new PublishVerticle(
                new PublisherConfig(100, 1 << 20, Duration.ofSeconds(5)),
                rig.rig.bus,
                NodeClientRig.CLOCKS,
                rig.rig.meters,
                Tracing.off(),
                new Strain())));
        publisher = PushPublisher.create(vertx);
        for (int i = 1; i <= 2; i++) {
            push("under way " + i, PushOptions.defaults());
            int sent = i;
            await().until(() -> node.taken.size() == sent);
        }
    }

    @Test
    void theCallerHearsThatAPushExpiredAndTheNodeNever() {
        PushResult result = NodeClientRig.await(push("late", DELIVERED.withTtl(Duration.ofMillis(400))));

        assertThat(result.nodesAccepted()).isEqualTo(1);
        assertThat(result.nodesFailed()).isZero();
        assertThat(result.nodes().get(0).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(result.nodes().get(0).reason()).isEqualTo("its time to live ended before it was sent");
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);
        NodeClientRig.await(push("next", DELIVERED));
        assertThat(node.taken).hasSize(3);
    }

    @Test
    void theCallerHearsThatANewerPushTookItsPlace() {
        Future<PushResult> older = push("older", DELIVERED.withConflationKey("k"));
        Future<PushResult> newer = push("newer", DELIVERED.withConflationKey("k"));

        assertThat(NodeClientRig.await(older).nodes().get(0).outcome()).isEqualTo(Outcome.CONFLATED);
        node.onBatch = batch -> node.ackAll(1);
        node.ackAll(1);
        assertThat(NodeClientRig.await(newer).nodes().get(0).outcome()).isEqualTo(Outcome.REPORTED);
    }

    @Test
    void whatIsUrgentArrivesThoughTheNodeStandsStill() {
        push("waits", PushOptions.defaults());
        push("urgent", PushOptions.defaults().withPriority(Priority.HIGH));

        await().until(() -> node.batches.size() == 3);
        assertThat(node.batches.get(2).getPushes(0).getPush().getContent().getData())
                .isEqualTo("urgent");
    }

    private Future<PushResult> push(String text, PushOptions options) {
        return publisher.toRoom("room", Content.text(text), options);
    }
}
