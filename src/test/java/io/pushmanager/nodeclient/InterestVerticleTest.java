package io.pushmanager.nodeclient;

import static io.pushmanager.nodeclient.InterestRig.joined;
import static io.pushmanager.nodeclient.InterestRig.say;
import static io.pushmanager.nodeclient.InterestRig.snapshot;
import static io.pushmanager.nodeclient.InterestRig.tellsAtOnce;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.InterestApplied;
import io.pushmanager.bus.InterestEvent;
import io.pushmanager.core.interest.InterestChange;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.fanout.RoutingMode;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A manager that routes by interest, and played nodes at the other end of its streams. */
@ExtendWith(VertxExtension.class)
class InterestVerticleTest {

    /** Longer than any test takes, so that a busy machine ends none. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private Vertx vertx;
    private FakeLinkNode node;

    @BeforeEach
    void setUp(Vertx vertx) {
        this.vertx = vertx;
        node = FakeLinkNode.start(vertx);
    }

    @Test
    void aPushThatConcernsNoNodeIsSentToNone() {
        InterestRig rig = start(LONG, "red");
        await().until(() -> rig.targeted("blue") == 0);
        int before = node.taken.size();

        PushResult nobody = rig.push(Target.room("blue"));

        assertThat(nobody.delivery()).isNotNull();
        assertThat(nobody.delivery().matched()).isZero();
        assertThat(rig.targeted("red")).isEqualTo(1);
        assertThat(rig.push(Target.user("ann")).nodesAccepted()).isZero();
        assertThat(rig.push(Target.everyone()).nodesAccepted()).isEqualTo(1);
        assertThat(node.taken).hasSize(before + 2);
    }

    @Test
    void aRoomThatIsAcknowledgedIsNotMissed() {
        InterestRig rig = start(LONG, "red");
        await().until(() -> rig.targeted("blue-0") == 0);

        for (int i = 0; i < 20; i++) {
            long version = 2 + i;
            say(node, joined(version, "blue-" + i));
            await().pollInterval(Duration.ofMillis(1)).until(() -> node.interestAcks.contains(version));
            assertThat(rig.targeted("blue-" + i)).isEqualTo(1);
        }
    }

    @Test
    void aNodeWhoseProbesAreNotAnsweredGetsEverythingAgain() {
        InterestRig rig = start(Duration.ofMillis(400), "red");
        await().until(() -> rig.targeted("blue") == 0);
        node.answersProbes = false;

        await().until(() -> rig.targeted("blue") == 1);
        // for good: no push may pass it by while its word does not count
        assertThat(IntStream.range(0, 20)).allMatch(push -> rig.targeted("blue") == 1);
    }

    /** The configured interval is 500 ms, longer than this lease. */
    @Test
    void asksForTheLeaseOftenEnough() {
        start(Duration.ofMillis(400), "red");

        await().until(() -> node.probes.size() > 10);

        long shortest = IntStream.range(1, 10)
                .mapToLong(i -> node.probes.get(i).getSentNanos()
                        - node.probes.get(i - 1).getSentNanos())
                .min()
                .orElseThrow();
        assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(250));
        assertThat(node.probes.get(5).getLeaseNanos()).isEqualTo(400_000_000L);
    }

    @Test
    void isNotTrustedBeforeTheLastPartOfItsSnapshot() {
        node.knowsInterest = true;
        node.interestVersion = 1;
        InterestRig rig = new InterestRig(vertx, RoutingMode.INTEREST, LONG);
        rig.start(node);
        say(node, snapshot(1, "red").setMore(true));
        assertThat(rig.targeted("blue")).isEqualTo(1);

        say(node, snapshot(1, "green").setMore(false));
        await().until(() -> node.interestAcks.equals(List.of(1L)));
        await().until(() -> rig.targeted("blue") == 0);
        assertThat(rig.targeted("red")).isEqualTo(1);
        assertThat(rig.targeted("green")).isEqualTo(1);
    }

    @Test
    void aVersionThatIsLeftOutEndsTheStreamAndEverythingIsToldAgain() {
        InterestRig rig = start(LONG, "red");
        await().until(() -> rig.targeted("blue") == 0);
        tellsAtOnce(node, "red", "blue", "green");

        say(node, joined(3, "green"));

        await().until(() -> node.hellos.size() == 2);
        await().until(() -> rig.targeted("blue") == 1 && rig.targeted("black") == 0);
    }

    @Test
    void aStreamThatBreaksEndsNoLease() {
        InterestRig rig = start(LONG, "red");
        await().until(() -> rig.targeted("blue") == 0);
        node.welcomes = false;
        node.breakStream();
        await().until(() -> node.hellos.size() > 1);

        assertThat(rig.targeted("blue"))
                .as("nobody can have been told of a join")
                .isZero();
    }

    @Test
    void aNodeThatDoesNotNameTheFeatureGetsEverything() {
        InterestRig rig = new InterestRig(vertx, RoutingMode.INTEREST, LONG);
        rig.start(node);

        assertThat(rig.targeted("blue")).isEqualTo(1);
        assertThat(node.hellos.get(0).getFeaturesList()).containsExactly("interest");
        assertThat(node.probes.get(0).getLeaseNanos()).isZero();
    }

    @Test
    void aManagerThatBroadcastsAsksForNothing() {
        InterestRig rig = new InterestRig(vertx, RoutingMode.BROADCAST, LONG);
        rig.start(node);

        assertThat(rig.targeted("blue")).isEqualTo(1);
        assertThat(node.hellos.get(0).getFeaturesList()).isEmpty();
    }

    @Test
    void acknowledgesNothingBeforeFanOutHasApplied() {
        tellsAtOnce(node, "red");
        NodeClientRig rig = new NodeClientRig(vertx);
        List<InterestEvent> events = new CopyOnWriteArrayList<>();
        rig.bus.consume(Addresses.INTEREST, events::add);
        rig.deploy(
                node.info("n1"),
                NodeClientRig.config(10, 1_000, Duration.ofSeconds(5)).withInterestLease(Duration.ofMillis(200)));

        await().until(() ->
                events.stream().filter(InterestEvent.Leased.class::isInstance).count() > 3);
        assertThat(events.get(0)).isInstanceOf(InterestEvent.Said.class);
        assertThat(node.interestAcks).isEmpty();

        rig.bus.send(Addresses.interestAppliedTo("n1"), new InterestApplied(1, 1, true, false));
        await().until(() -> node.interestAcks.equals(List.of(1L)));
    }

    @Test
    void beginsAnewWhenFanOutDoesNotKnowTheNodeYet() {
        tellsAtOnce(node, "red");
        NodeClientRig rig = new NodeClientRig(vertx);
        List<InterestEvent.Said> said = new CopyOnWriteArrayList<>();
        rig.bus.consume(Addresses.INTEREST, event -> {
            if (event instanceof InterestEvent.Said piece) {
                said.add(piece);
                boolean first = said.size() == 1;
                rig.bus.send(
                        Addresses.interestAppliedTo("n1"),
                        new InterestApplied(piece.change().stream(), 1, true, first));
            }
        });
        rig.deploy(
                node.info("n1"),
                NodeClientRig.config(10, 1_000, Duration.ofSeconds(5)).withInterestLease(LONG));

        await().until(() -> node.hellos.size() == 2 && node.interestAcks.equals(List.of(1L)));
        assertThat(said).extracting(piece -> piece.change().begins()).containsExactly(true, true);
    }

    /** More pieces than may be unapplied: the stream is held up, and goes on. */
    @Test
    void readsNoFurtherThanFanOutHasApplied() {
        node.knowsInterest = true;
        NodeClientRig rig = new NodeClientRig(vertx);
        Deque<InterestEvent.Said> waiting = new ConcurrentLinkedDeque<>();
        rig.bus.consume(Addresses.INTEREST, event -> {
            if (event instanceof InterestEvent.Said piece) {
                waiting.add(piece);
            }
        });
        rig.deploy(
                node.info("n1"),
                NodeClientRig.config(10, 1_000, Duration.ofSeconds(30)).withInterestLease(LONG));
        await().until(() -> !node.probes.isEmpty());
        int parts = 100;
        LinkInterest.Builder part = LinkInterest.newBuilder().setVersion(1).setSnapshot(true);
        for (long hash = 0; hash < 8_000; hash++) {
            part.addRoomsAdded(hash);
        }
        for (int i = 0; i < parts; i++) {
            say(node, part.setMore(i < parts - 1));
        }

        await().during(Duration.ofMillis(300)).until(() -> waiting.size() > 32 && waiting.size() < parts / 2);
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            for (InterestEvent.Said piece = waiting.poll(); piece != null; piece = waiting.poll()) {
                InterestChange change = piece.change();
                rig.bus.send(
                        Addresses.interestAppliedTo("n1"),
                        new InterestApplied(change.stream(), 1, change.ends(), false));
            }
            return node.interestAcks.equals(List.of(1L));
        });
    }

    /** The example that the modes are compared by: ten nodes, a room on two of them. */
    @Test
    void aRoomOnTwoOfTenNodesCostsTwoCallsByInterestAndTenByBroadcast() {
        assertThat(callsForTenPushes(RoutingMode.INTEREST)).isEqualTo(2 * 10);
        assertThat(callsForTenPushes(RoutingMode.BROADCAST)).isEqualTo(10 * 10);
    }

    private int callsForTenPushes(RoutingMode mode) {
        Vertx own = Vertx.vertx();
        try {
            FakeLinkNode[] nodes = new FakeLinkNode[10];
            for (int i = 0; i < nodes.length; i++) {
                nodes[i] = FakeLinkNode.start(own);
                tellsAtOnce(nodes[i], i == 3 || i == 7 ? "red" : "blue");
            }
            InterestRig rig = new InterestRig(own, mode, LONG);
            rig.start(nodes);
            await().until(() -> rig.targeted("green") == (mode == RoutingMode.INTEREST ? 0 : 10));
            int before = taken(nodes);
            for (int i = 0; i < 10; i++) {
                rig.push(Target.room("red"));
            }
            assertThat(rig.rig
                            .registry
                            .get("push_manager_push_nodes")
                            .tag("mode", mode == RoutingMode.INTEREST ? "interest" : "broadcast")
                            .summary()
                            .totalAmount())
                    .isEqualTo(taken(nodes));
            return taken(nodes) - before;
        } finally {
            NodeClientRig.await(own.close());
        }
    }

    private static int taken(FakeLinkNode[] nodes) {
        int taken = 0;
        for (FakeLinkNode each : nodes) {
            taken += each.taken.size();
        }
        return taken;
    }

    @Test
    void countsWhatItHoldsAndWhomItContactsInVain() {
        InterestRig rig = start(LONG, "red", "green");
        node.onBatch = batch -> node.ackAll(0);
        FakeLinkNode legacy = FakeLinkNode.start(vertx);
        rig.rig.bus.publish(Addresses.MEMBERSHIP, new io.pushmanager.bus.MembershipEvent.NodeUp(legacy.info("legacy")));
        await().until(() -> rig.targeted("blue") == 1);
        double before =
                rig.rig.registry.get("push_manager_contacted_nobody").counter().count();

        assertThat(rig.targeted("red")).isEqualTo(2);

        assertThat(rig.rig
                        .registry
                        .get("push_manager_contacted_nobody")
                        .counter()
                        .count())
                .isEqualTo(before + 1);
        await().until(() ->
                rig.rig.registry.get("push_manager_interest_entries").gauge().value() == 2
                        && rig.rig
                                        .registry
                                        .get("push_manager_interest_stale_nodes")
                                        .gauge()
                                        .value()
                                == 1
                        && rig.rig
                                        .registry
                                        .get("push_manager_interest_table_bytes")
                                        .gauge()
                                        .value()
                                > 0);
    }

    private InterestRig start(Duration lease, String... rooms) {
        tellsAtOnce(node, rooms);
        InterestRig rig = new InterestRig(vertx, RoutingMode.INTEREST, lease);
        rig.start(node);
        return rig;
    }
}
