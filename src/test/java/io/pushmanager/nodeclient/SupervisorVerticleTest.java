package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.NodeClientRig.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent;
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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class SupervisorVerticleTest {

    private static final NodeClientConfig CONFIG = config(10, 100, Duration.ofSeconds(5));

    private final List<NodeClientEvent> events = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private NodeClientRig rig;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        this.rig = new NodeClientRig(vertx);
        rig.bus.consume(Addresses.NODE_CLIENTS, events::add);
    }

    @Test
    void opensAClientForANodeThatIsUpAndClosesItWhenItIsDown() {
        FakeNode node = FakeNode.start(vertx);
        rig.supervise(CONFIG);

        publish(new NodeUp(node.info("n1")));
        await().until(() -> events.size() == 1 && connectedNodes() == 1);
        Opened opened = (Opened) events.get(0);
        assertThat(opened.node()).isEqualTo(node.info("n1"));
        assertThat(gauges("push_manager_mailbox_depth")).isOne();
        assertThat(gauges("push_manager_inflight")).isOne();

        publish(new NodeDown(node.info("n1"), "its lease ended"));
        await().until(() -> events.size() == 3);
        assertThat(events.get(1)).isEqualTo(new Closing(opened.clientId()));
        assertThat(events.get(2)).isEqualTo(new Closed(opened.clientId(), "its lease ended"));
        assertThat(connectedNodes()).isZero();
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

        publish(new NodeUp(node.info("n1")));

        await().until(() -> events.size() == 1);
        assertThat(views().nodes()).singleElement().satisfies(view -> {
            assertThat(view.connected()).isFalse();
            assertThat(view.node()).isEqualTo(node.info("n1"));
        });
    }

    @Test
    void showsWhatItSeesOfItsNodes() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        rig.supervise(config(2, 100, Duration.ofSeconds(5)));
        publish(new NodeUp(node.info("n1")));
        await().until(() -> connectedNodes() == 1);
        String client = events.get(0).clientId();
        for (int i = 0; i < 20; i++) {
            rig.offer(client, i, "room-" + i);
        }
        publish(new NodeChanged(node.info("n1"), true));
        publish(new Staleness(true, "etcd is away"));

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
    void aNodeThatDrainsGetsPushesUntilItIsGone() {
        FakeNode node = FakeNode.start(vertx);
        rig.supervise(CONFIG);
        publish(new NodeUp(node.info("n1")));
        await().until(() -> connectedNodes() == 1);
        String client = events.get(0).clientId();

        publish(new NodeChanged(FakeNode.info("n1", "instance-1", node.port(), true), false));
        rig.offer(client, 1, "room");
        await().until(() -> rig.reports(client, Outcome.REPORTED).size() == 1);
        assertThat(events).hasSize(1);

        publish(new NodeDown(node.info("n1"), "gone"));
        await().until(() -> events.size() == 3);
        assertThat(events.get(1)).isEqualTo(new Closing(client));
        assertThat(events.get(2)).isInstanceOf(Closed.class);
    }

    @Test
    void aNodeThatIsDownGetsWhatItsMailboxHolds() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> vertx.setTimer(20, later -> push.report(1));
        rig.supervise(config(2, 100, Duration.ofSeconds(5)));
        publish(new NodeUp(node.info("n1")));
        await().until(() -> connectedNodes() == 1);
        String client = events.get(0).clientId();
        for (int i = 0; i < 10; i++) {
            rig.offer(client, i, "room-" + i);
        }
        await().until(() -> rig.reports(client, Outcome.ACCEPTED).size() == 10);

        publish(new NodeDown(node.info("n1"), "gone"));

        await().until(() -> events.size() == 3);
        assertThat(rig.reports(client, Outcome.REPORTED)).hasSize(10);
    }

    @Test
    @Tag("fault-9")
    void whatIsInTheMailboxOfADeadNodeFailsAtOnceAndIsCounted() {
        FakeNode node = FakeNode.start(vertx);
        node.stop();
        rig.supervise(CONFIG);
        publish(new NodeUp(node.info("n1")));
        await().until(() -> events.size() == 1);
        String client = events.get(0).clientId();
        rig.offer(client, 1, "room");
        await().until(() -> rig.updates.size() == 1);

        publish(new NodeDown(node.info("n1"), "its lease ended"));

        await().atMost(Duration.ofSeconds(3)).until(() -> events.size() == 3);
        assertThat(rig.reportsOf(1).get(1).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(rig.reportsOf(1).get(1).reason()).contains("its lease ended");
        assertThat(rig.dropped("n1", "node_gone")).isEqualTo(1);
    }

    @Test
    void aNodeThatHangsWhileItLeavesDelaysNoOther() {
        FakeNode hanging = FakeNode.start(vertx);
        FakeNode sound = FakeNode.start(vertx);
        hanging.onPush = push -> {};
        rig.supervise(CONFIG);
        publish(new NodeUp(hanging.info("hanging")));
        await().until(() -> connectedNodes() == 1);
        rig.offer(events.get(0).clientId(), 1, "room");
        await().until(() -> rig.updates.size() == 1);

        publish(new NodeDown(hanging.info("hanging"), "gone"));
        publish(new NodeUp(sound.info("sound")));

        await().atMost(Duration.ofSeconds(3)).until(() -> events.stream()
                .anyMatch(event ->
                        event instanceof Opened opened && opened.node().nodeId().equals("sound")));
        assertThat(events.stream().filter(event -> event instanceof Closed)).isEmpty();
    }

    @Test
    @Tag("fault-13")
    void anotherProcessAtTheAddressGetsAClientOfItsOwn() {
        FakeNode node = FakeNode.start(vertx);
        rig.supervise(CONFIG);
        NodeInfo former = FakeNode.info("n1", "instance-0", node.port(), false);
        publish(new NodeUp(former));
        await().until(() -> connectedNodes() == 1);

        publish(new NodeDown(former, "another process took its address"));
        publish(new NodeUp(node.info("n1")));

        await().until(() -> events.size() == 4 && connectedNodes() == 1);
        assertThat(events.get(2)).isInstanceOf(Closed.class);
        assertThat(((Opened) events.get(3)).node()).isEqualTo(node.info("n1"));
        assertThat(events.get(3).clientId()).isNotEqualTo(events.get(0).clientId());
        rig.offer(events.get(3).clientId(), 1, "room");
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
                publish(random.nextInt(4) == 0 ? new NodeChanged(info, true) : new NodeDown(info, "flap"));
                up = random.nextInt(4) == 0 && up;
                if (!up) {
                    publish(new NodeDown(info, "flap"));
                    instance += random.nextInt(2);
                }
            } else {
                publish(new NodeUp(info));
                up = true;
            }
            if (random.nextInt(10) == 0) {
                NodeClientRig.await(vertx.timer(1 + random.nextInt(3)).mapEmpty());
            }
        }
        NodeInfo last = FakeNode.info("n1", "last", node.port(), false);
        publish(new NodeDown(FakeNode.info("n1", "instance-" + instance, node.port(), false), "flap"));
        publish(new NodeUp(last));

        await().until(() -> openClients() == 1 && lastOpened().node().equals(last));
        await().until(() -> node.openConnections.get() == 1 && connectedNodes() == 1);
        assertThat(vertx.deploymentIDs()).hasSize(before + 1);
        assertThat(node.mostOpenConnections.get()).isLessThanOrEqualTo(2);
        assertOpenedAndClosedInTurn();

        NodeClientRig.await(supervisor.drain(Duration.ofSeconds(5)));
        await().until(() -> node.openConnections.get() == 0);
        assertThat(vertx.deploymentIDs()).hasSize(before);
        assertThat(openClients()).isZero();
        assertThat(gauges("push_manager_mailbox_depth")).isZero();
    }

    @Test
    @Tag("fault-20")
    void drainSendsEveryAcceptedPushOfEveryNode() {
        FakeNode a = FakeNode.start(vertx);
        FakeNode b = FakeNode.start(vertx);
        a.onPush = push -> vertx.setTimer(5, later -> push.report(1));
        b.onPush = a.onPush;
        SupervisorVerticle supervisor = rig.supervise(CONFIG);
        publish(new NodeUp(a.info("a")));
        publish(new NodeUp(b.info("b")));
        await().until(() -> connectedNodes() == 2);
        for (int i = 0; i < 100; i++) {
            rig.offer(events.get(0).clientId(), i, "room-" + i);
            rig.offer(events.get(1).clientId(), 1_000 + i, "room-" + i);
        }
        await().until(() -> rig.updates.stream()
                        .filter(update -> update.report().outcome() == Outcome.ACCEPTED)
                        .count()
                == 200);

        NodeClientRig.await(supervisor.drain(Duration.ofSeconds(10)));

        assertThat(a.pushes).hasSize(100);
        assertThat(b.pushes).hasSize(100);
        await().until(() ->
                events.stream().filter(event -> event instanceof Closed).count() == 2);
        publish(new NodeUp(a.info("a")));
        await().pollDelay(Duration.ofMillis(100)).until(() -> openClients() == 0);
    }

    @Test
    void drainEndsAtItsTimeOutWithANodeThatHangs() {
        FakeNode node = FakeNode.start(vertx);
        node.onPush = push -> {};
        SupervisorVerticle supervisor = rig.supervise(CONFIG);
        publish(new NodeUp(node.info("n1")));
        await().until(() -> connectedNodes() == 1);
        rig.offer(events.get(0).clientId(), 1, "room");
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
                CONFIG, NodeClientRig.IDENTITY, NodeClientRig.CLOCKS, rig.meters, () -> 0.5, rig.tracing);
        String deployment = NodeClientRig.await(vertx.deployVerticle(supervisor));
        publish(new NodeUp(node.info("n1")));
        await().until(() -> connectedNodes() == 1);
        String client = events.get(0).clientId();
        for (int i = 0; i < 50; i++) {
            rig.offer(client, i, "room-" + i);
        }
        await().until(() -> rig.reports(client, Outcome.ACCEPTED).size() == 50);

        NodeClientRig.await(vertx.undeploy(deployment));

        assertThat(node.pushes).hasSize(50);
        assertThat(rig.registry.find("push_manager_node_connections").gauge()).isNull();
    }

    private void publish(MembershipEvent event) {
        rig.bus.publish(Addresses.MEMBERSHIP, event);
    }

    private NodeViews views() {
        return NodeClientRig.await(rig.bus.request(Addresses.NODE_VIEWS, new NodeViews.Query(), Duration.ofSeconds(5)));
    }

    private int connectedNodes() {
        return (int) rig.registry.get("push_manager_node_connections").gauge().value();
    }

    private int gauges(String name) {
        return rig.registry.find(name).gauges().size();
    }

    private long openClients() {
        return events.stream().filter(event -> event instanceof Opened).count()
                - events.stream().filter(event -> event instanceof Closed).count();
    }

    private Opened lastOpened() {
        return (Opened) events.stream()
                .filter(event -> event instanceof Opened)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private void assertOpenedAndClosedInTurn() {
        String open = null;
        for (NodeClientEvent event : events) {
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
