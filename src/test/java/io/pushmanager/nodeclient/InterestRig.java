package io.pushmanager.nodeclient;

import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.fanout.FanoutConfig;
import io.pushmanager.fanout.FanoutVerticle;
import io.pushmanager.fanout.RoutedConfig;
import io.pushmanager.fanout.RoutingMode;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.MapConfigReader;
import io.pushmanager.wire.InterestHash;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A manager's fan-out and supervisor, with played nodes at the other end of real streams. */
final class InterestRig {

    final NodeClientRig rig;
    private final Health health = new Health();
    private final Duration lease;
    private int pushes;

    InterestRig(Vertx vertx, RoutingMode mode, Duration lease) {
        this.lease = mode == RoutingMode.INTEREST ? lease : Duration.ZERO;
        rig = new NodeClientRig(vertx, false);
        FanoutConfig config = new FanoutConfig(
                new FanOutLimits(2_000, 10_000, 1_000, 120_000_000_000L, 1 << 20),
                mode,
                lease,
                RoutedConfig.read(MapConfigReader.empty()),
                Duration.ofSeconds(30),
                Duration.ofMillis(300),
                NodeClientRig.EXPLAIN);
        NodeClientRig.await(vertx.deployVerticle(
                new FanoutVerticle(config, rig.bus, NodeClientRig.CLOCKS, rig.meters, health, Tracing.off())));
    }

    /** Connects to these nodes, which are named n0, n1 and so on. */
    void start(FakeLinkNode... nodes) {
        rig.supervise(NodeClientRig.config(10, 1_000, Duration.ofSeconds(5)).withInterestLease(lease));
        for (int i = 0; i < nodes.length; i++) {
            rig.bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeUp(nodes[i].info("n" + i)));
        }
        rig.bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Listed(nodes.length));
        await().until(health::isReady);
        await().until(() -> Stream.of(nodes).allMatch(node -> !node.probes.isEmpty()));
    }

    /** Tells all that it holds, in one part, with each stream. */
    static void tellsAtOnce(FakeLinkNode node, String... rooms) {
        node.knowsInterest = true;
        node.interestVersion = 1;
        node.onWelcome = () -> {
            if (node.hellos.get(node.hellos.size() - 1).getFeaturesList().contains("interest")) {
                say(node, snapshot(1, rooms));
            }
        };
    }

    static LinkInterest.Builder snapshot(long version, String... rooms) {
        return LinkInterest.newBuilder().setVersion(version).setSnapshot(true).addAllRoomsAdded(hashes(rooms));
    }

    static LinkInterest.Builder joined(long version, String... rooms) {
        return LinkInterest.newBuilder().setVersion(version).addAllRoomsAdded(hashes(rooms));
    }

    static void say(FakeLinkNode node, LinkInterest.Builder interest) {
        node.write(NodeFrame.newBuilder().setInterest(interest).build());
    }

    static List<Long> hashes(String... ids) {
        return Arrays.stream(ids).map(InterestHash::of).toList();
    }

    PushResult push(Target target) {
        pushes++;
        PushMessage message = PushMessage.of(
                "m" + pushes,
                false,
                Api.PUSH_TO_ROOM,
                target,
                Content.text("hi", 1),
                AckLevel.DELIVERED,
                System.nanoTime() + 5_000_000_000L,
                null);
        PushAnswer answer = NodeClientRig.await(rig.bus.request(Addresses.FANOUT, message, Duration.ofSeconds(10)));
        return (PushResult) answer;
    }

    int targeted(String room) {
        PushResult result = push(Target.room(room));
        return result.nodesAccepted() + result.nodesFailed();
    }
}
