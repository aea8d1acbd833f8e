package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.bus.MembershipEvent.Staleness;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.NodeClientEvent.Closed;
import io.pushmanager.bus.NodeClientEvent.Closing;
import io.pushmanager.bus.NodeClientEvent.Opened;
import io.pushmanager.bus.NodeViews;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients come and go with their nodes, and pushes reach the process they are meant for. */
@ExtendWith(VertxExtension.class)
class SupervisorVerticleTest {

    private static final NodeClientConfig CONFIG = config(10, 100, Duration.ofSeconds(5));

    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
    }

    @Test
    void opensAClientForANodeThatIsUpAndClosesItWhenItIsDown() {
        FakeNode node = FakeNode.start(vertx);
        rig.supervise(CONFIG);

        rig.publish(new NodeUp(node.info("n1")));
        await().until(() -> rig.events.size() == 1 && rig.connectedNodes() == 1);
        Opened opened = (Opened) rig.events.get(0);
        assertThat(opened.node()).isEqualTo(node.info("n1"));
        assertThat(gauges("push_manager_mailbox_depth")).isOne();
        assertThat(gauges("push_manager_inflight")).isOne();

        rig.publish(new NodeDown(node.info("n1"), "its lease ended"));
        await().until(() -> rig.events.size() == 3);
        assertThat(rig.events.get(1)).isEqualTo(new Closing(opened.clientId()));
        assertThat(rig.events.get(2)).isEqualTo(new Closed(opened.clientId(), "its lease ended"));
        assertThat(rig.connectedNodes()).isZero();
        assertThat(gauges("push_manager_mailbox_depth")).isZero();
        assertThat(gauges("push_manager_inflight")).isZero();
        await().until(() -> node.openConnections.get() == 0);
        assertThat(views().nodes()).isEmpty();
    }

    @Test
    void opensAClientForANodeThatCannotBeReached() {
        FakeNode node = FakeNode.start(vertx);
        node.stop();
        rig.supervise(CONFIG);

        rig.publish(new NodeUp(node.info("n1")));

        await().until(() -> rig.events.size() == 1);
        assertThat(views().nodes()).singleElement().satisfies(view -> {
            assertThat(view.connected()).isFalse();
            assertThat(view.node()).isEqualTo(node.info("n1"));
        });
    }

    @Test
    void showsWhatItSeesOfItsNodes() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        String client = rig.superviseOne(node, config(2, 100, Duration.ofSeconds(5)));
        for (int i = 0; i < 20; i++) {
            rig.offer(client, i, "room-" + i);
        }
        rig.publish(new NodeChanged(node.info("n1"), true));
        rig.publish(new Staleness(true, "etcd is away"));

        await().until(() -> views().membershipStale());
        await().until(() -> views().nodes().get(0).mailboxDepth() == 20);
        NodeViews.View view = views().nodes().get(0);
        assertThat(view.suspect()).isTrue();
        assertThat(view.connected()).isTrue();
        assertThat(view.inFlight()).isEqualTo(2);
        assertThat(rig.registry.get("push_manager_mailbox_depth").gauge().value())
                .isEqualTo(20);
        assertThat(rig.registry.get("push_manager_inflight").gauge().value()).isEqualTo(2);
    }

    @Test
    @Tag("fault-9")
    void whatIsInTheMailboxOfADeadNodeFailsAtOnceAndIsCounted() {
        FakeNode node = FakeNode.start(vertx);
        node.stop();
        rig.supervise(CONFIG);
        rig.publish(new NodeUp(node.info("n1")));
        await().until(() -> rig.events.size() == 1);
        String client = rig.events.get(0).clientId();
        rig.offer(client, 1, "room");
        await().until(() -> rig.updates.size() == 1);

        rig.publish(new NodeDown(node.info("n1"), "its lease ended"));

        await().atMost(Duration.ofSeconds(3)).until(() -> rig.events.size() == 3);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("its lease ended");
        assertThat(rig.dropped("n1", "node_gone")).isEqualTo(1);
    }

    @Test
    @Tag("fault-13")
    void anotherProcessAtTheAddressGetsAClientOfItsOwn() {
        FakeNode node = FakeNode.start(vertx);
        rig.supervise(CONFIG);
        NodeInfo former = FakeNode.info("n1", "instance-0", node.port(), false);
        rig.publish(new NodeUp(former));
        await().until(() -> rig.connectedNodes() == 1);

        rig.publish(new NodeDown(former, "another process took its address"));
        rig.publish(new NodeUp(node.info("n1")));

        await().until(() -> rig.events.size() == 4 && rig.connectedNodes() == 1);
        assertThat(rig.events.get(2)).isInstanceOf(Closed.class);
        assertThat(((Opened) rig.events.get(3)).node()).isEqualTo(node.info("n1"));
        assertThat(rig.events.get(3).clientId()).isNotEqualTo(rig.events.get(0).clientId());
        rig.offer(rig.events.get(3).clientId(), 1, "room");
        await().until(() -> node.pushes.size() == 1);
        assertThat(node.pushes.get(0).call().headers().get("pm-instance")).isEqualTo("instance-1");
    }

    /** Ups, downs and changes as fast as they can be published, and with pauses of one to a few event-loop turns. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    @Tag("fault-14")
    void aFlappingNodeLeavesOneClientOrNone(long seed) {
        Random random = new Random(seed);
        FakeNode node = FakeNode.start(vertx);
        SupervisorVerticle supervisor = rig.supervise(CONFIG);
        int before = vertx.deploymentIDs().size();
        int instance = 0;
        boolean up = false;
        for (int i = 0; i < 300; i++) {
            NodeInfo info = FakeNode.info("n1", "instance-" + instance, node.port(), false);
            if (up) {
                rig.publish(random.nextInt(4) == 0 ? new NodeChanged(info, true) : new NodeDown(info, "flap"));
                up = random.nextInt(4) == 0 && up;
                if (!up) {
                    rig.publish(new NodeDown(info, "flap"));
                    instance += random.nextInt(2);
                }
            } else {
                rig.publish(new NodeUp(info));
                up = true;
            }
            if (random.nextInt(10) == 0) {
                NodeClientRig.await(vertx.timer(1 + random.nextInt(3)).mapEmpty());
            }
        }
        NodeInfo last = FakeNode.info("n1", "last", node.port(), false);
        rig.publish(new NodeDown(FakeNode.info("n1", "instance-" + instance, node.port(), false), "flap"));
        rig.publish(new NodeUp(last));

        await().until(() -> rig.openClients() == 1 && lastOpened().node().equals(last));
        await().until(() -> node.openConnections.get() == 1 && rig.connectedNodes() == 1);
        assertThat(vertx.deploymentIDs()).hasSize(before + 1);
        assertThat(node.mostOpenConnections.get()).isLessThanOrEqualTo(2);
        assertOpenedAndClosedInTurn();

        NodeClientRig.await(supervisor.drain(Duration.ofSeconds(5)));
        await().until(() -> node.openConnections.get() == 0);
        assertThat(vertx.deploymentIDs()).hasSize(before);
        assertThat(rig.openClients()).isZero();
        assertThat(gauges("push_manager_mailbox_depth")).isZero();
    }

    private NodeViews views() {
        return NodeClientRig.await(rig.bus.request(Addresses.NODE_VIEWS, new NodeViews.Query(), Duration.ofSeconds(5)));
    }

    private int gauges(String name) {
        return rig.registry.find(name).gauges().size();
    }

    private Opened lastOpened() {
        return (Opened) rig.events.stream()
                .filter(event -> event instanceof Opened)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private void assertOpenedAndClosedInTurn() {
        String open = null;
        for (NodeClientEvent event : rig.events) {
            if (event instanceof Opened opened) {
                assertThat(open).isNull();
                open = opened.clientId();
            } else {
                assertThat(event.clientId()).isEqualTo(open);
                open = event instanceof Closed ? null : open;
            }
        }
    }
}
