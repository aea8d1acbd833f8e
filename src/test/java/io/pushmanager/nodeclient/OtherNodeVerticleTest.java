package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static io.pushmanager.nodeclient.NodeClientRig.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.proto.protocol.Proto;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that are not what was expected: an old protocol, another process, other content under an id. */
@ExtendWith(VertxExtension.class)
class OtherNodeVerticleTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    @Test
    void aNodeThatKnowsOnlyBroadcastGetsBroadcastsFromThenOn() {
        FakeNode node = FakeNode.start(vertx, "instance-1", false, 0);
        AtomicInteger batches = new AtomicInteger();
        node.before = request -> {
            if (request.path().equals(NodeMethods.PUSH_MESSAGE_BATCH)) {
                batches.incrementAndGet();
            }
            return false;
        };
        rig.deploy(node.info("n1"), config(1, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        Target two = new Target("room", List.of("u1", "u2"), Set.of());
        rig.offer("n1", 2, push(2, two, AckLevel.DELIVERED));

        await().until(() -> rig.updates.size() == 4);
        assertThat(node.broadcasts.stream().map(Proto::getUserid)).containsExactly("", "u1", "u2");
        assertThat(node.broadcasts.get(0).getBody().toStringUtf8()).isEqualTo("n1");
        assertThat(batches).hasValue(1);
        assertThat(rig.reportsOf(2).get(1))
                .isEqualTo(NodeReport.unreported("n1", Outcome.ACCEPTED, "the node does not report delivery"));
    }

    @Test
    void aNodeThatKnowsOnlyBroadcastGetsNoPushThatLeavesUsersOut() {
        FakeNode node = FakeNode.start(vertx, "instance-1", false, 0);
        rig.deploy(node.info("n1"), config(1, 100, DEADLINE));

        Target target = Target.room("room", Set.of("not-me"));
        rig.offer("n1", 1, push(1, target, AckLevel.DELIVERED));

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(node.broadcasts).isEmpty();
    }

    @Test
    @Tag("fault-13")
    void anotherInstanceAtTheAddressEndsTheLink() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> push.fail(GrpcStatus.FAILED_PRECONDITION, "I am instance-2");
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");
        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("another process");

        await().until(() -> node.openConnections.get() == 0);
        rig.offer("n1", 2, "room");
        await().until(() -> rig.updates.size() == 3);
        assertThat(rig.reportsOf(2).get(0).accepted()).isFalse();
        assertThat(rig.reportsOf(2).get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(node.pushes).hasSize(1);
        assertThat(rig.linkStates.get(rig.linkStates.size() - 1).connected()).isFalse();
    }

    @Test
    @Tag("fault-13")
    void anotherInstanceThatSaysSoAtTheHealthCheckGetsNothing() {
        FakeNode node = FakeNode.start(vertx);
        node.before = request -> {
            request.response()
                    .putHeader("content-type", "application/grpc")
                    .putHeader("grpc-status", "9")
                    .putHeader("grpc-message", "I am instance-2%0A")
                    .end();
            return true;
        };
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));
        await().until(() -> node.openConnections.get() == 0 && node.connections.size() == 1);

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 1);
        assertThat(rig.reportsOf(1).get(0).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(0).reason()).contains("I am instance-2\\n");
        assertThat(rig.linkStates).isEmpty();
    }

    @Test
    void aMessageIdUsedWithOtherContentIsSaid() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> push.fail(GrpcStatus.ALREADY_EXISTS, "");
        rig.deploy(node.info("n1"), config(10, 100, DEADLINE));

        rig.offer("n1", 1, "room");

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1))
                .isEqualTo(NodeReport.unreported("n1", Outcome.FAILED, "message_id was used with other content"));
    }
}
