package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.bus.NodeClientEvent.Closed;
import io.pushmanager.bus.NodeClientEvent.Closing;
import io.pushmanager.bus.NodeClientEvent.Opened;
import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that leave and a manager that stops: what the mailboxes hold is sent first, for so long. */
@ExtendWith(VertxExtension.class)
class SupervisorDrainVerticleTest {

    private static final NodeClientConfig CONFIG = config(10, 100, Duration.ofSeconds(5));

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    @Test
    void aNodeThatDrainsGetsPushesUntilItIsGone() {
        FakeNode node = FakeNode.start(vertx);
        String client = rig.superviseOne(node, CONFIG);

        rig.publish(new NodeChanged(FakeNode.info("n1", "instance-1", node.port(), true), false));
        rig.offer(client, 1, "room");
        await().until(() -> rig.reports(client, Outcome.REPORTED).size() == 1);
        assertThat(rig.events).hasSize(1);

        rig.publish(new NodeDown(node.info("n1"), "gone"));
        await().until(() -> rig.events.size() == 3);
        assertThat(rig.events.get(1)).isEqualTo(new Closing(client));
        assertThat(rig.events.get(2)).isInstanceOf(Closed.class);
    }

    @Test
    void aNodeThatIsDownGetsWhatItsMailboxHolds() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> vertx.setTimer(20, later -> push.report(1));
        String client = rig.superviseOne(node, config(2, 100, Duration.ofSeconds(5)));
        for (int i = 0; i < 10; i++) {
            rig.offer(client, i, "room-" + i);
        }
        await().until(() -> rig.reports(client, Outcome.ACCEPTED).size() == 10);

        rig.publish(new NodeDown(node.info("n1"), "gone"));

        await().until(() -> rig.events.size() == 3);
        assertThat(rig.reports(client, Outcome.REPORTED)).hasSize(10);
    }

    @Test
    void aNodeThatHangsWhileItLeavesDelaysNoOther() {
        FakeNode hanging = FakeNode.start(vertx);
        FakeNode sound = FakeNode.start(vertx);
        hanging.onPush = push -> {};
        rig.supervise(CONFIG);
        rig.publish(new NodeUp(hanging.info("hanging")));
        await().until(() -> rig.connectedNodes() == 1);
        rig.offer(rig.events.get(0).clientId(), 1, "room");
        await().until(() -> rig.updates.size() == 1);

        rig.publish(new NodeDown(hanging.info("hanging"), "gone"));
        rig.publish(new NodeUp(sound.info("sound")));

        await().atMost(Duration.ofSeconds(3)).until(() -> rig.events.stream()
                .anyMatch(event ->
                        event instanceof Opened opened && opened.node().nodeId().equals("sound")));
        assertThat(rig.events.stream().filter(event -> event instanceof Closed)).isEmpty();
    }

    @Test
    @Tag("fault-20")
    void drainSendsEveryAcceptedPushOfEveryNode() {
        FakeNode a = FakeNode.start(vertx);
        FakeNode b = FakeNode.start(vertx);
        a.onPush = push -> vertx.setTimer(5, later -> push.report(1));
        b.onPush = a.onPush;
        SupervisorVerticle supervisor = rig.supervise(CONFIG);
        rig.publish(new NodeUp(a.info("a")));
        rig.publish(new NodeUp(b.info("b")));
        await().until(() -> rig.connectedNodes() == 2);
        for (int i = 0; i < 100; i++) {
            rig.offer(rig.events.get(0).clientId(), i, "room-" + i);
            rig.offer(rig.events.get(1).clientId(), 1_000 + i, "room-" + i);
        }
        await().until(() -> rig.updates.stream()
                        .filter(update -> update.report().outcome() == Outcome.ACCEPTED)
                        .count()
                == 200);

        NodeClientRig.await(supervisor.drain(Duration.ofSeconds(10)));

        assertThat(a.pushes).hasSize(100);
        assertThat(b.pushes).hasSize(100);
        await().until(() ->
                rig.events.stream().filter(event -> event instanceof Closed).count() == 2);
        rig.publish(new NodeUp(a.info("a")));
        await().pollDelay(Duration.ofMillis(100)).until(() -> rig.openClients() == 0);
    }

    @Test
    void drainEndsAtItsTimeOutWithANodeThatHangs() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        SupervisorVerticle supervisor = rig.supervise(CONFIG);
        rig.publish(new NodeUp(node.info("n1")));
        await().until(() -> rig.connectedNodes() == 1);
        rig.offer(rig.events.get(0).clientId(), 1, "room");
        await().until(() -> node.pushes.size() == 1);

        NodeClientRig.await(supervisor.drain(Duration.ofMillis(100)));

        await().until(() -> rig.updates.size() == 2);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void undeployingTheSupervisorSendsWhatTheMailboxesHold() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> vertx.setTimer(5, later -> push.report(1));
        SupervisorVerticle supervisor = new SupervisorVerticle(
                CONFIG,
                NodeClientRig.IDENTITY,
                NodeClientRig.CLOCKS,
                rig.meters,
                () -> 0.5,
                rig.tracing,
                NodeClientRig.EXPLAIN);
        String deployment = NodeClientRig.await(vertx.deployVerticle(supervisor));
        rig.publish(new NodeUp(node.info("n1")));
        await().until(() -> rig.connectedNodes() == 1);
        String client = rig.events.get(0).clientId();
        for (int i = 0; i < 50; i++) {
            rig.offer(client, i, "room-" + i);
        }
        await().until(() -> rig.reports(client, Outcome.ACCEPTED).size() == 50);

        NodeClientRig.await(vertx.undeploy(deployment));

        assertThat(node.pushes).hasSize(50);
        assertThat(rig.registry.find("push_manager_node_connections").gauge()).isNull();
    }
}
