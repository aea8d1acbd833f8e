package io.pushmanager.fanout;

import static io.pushmanager.wire.grpc.GrpcProbe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.directory.DirectoryConfig;
import io.pushmanager.directory.DirectoryVerticle;
import io.pushmanager.directory.PlayedController;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.proto.pubsub.LocatedNode;
import io.pushmanager.proto.pubsub.NodePlaces;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.MapConfigReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fan-out, the directory, a Controller that the test plays over gRPC, and ten nodes that it plays on the bus. */
@Timeout(30)
class RoutedVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    private static final int NODES = 10;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private final Health health = new Health();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);
    private final PlayedController controller = new PlayedController(vertx, CLOCKS);
    private final List<String> offered = new CopyOnWriteArrayList<>();
    private final Map<String, List<Integer>> places = new ConcurrentHashMap<>();
    private String fanout = "";
    private String directory = "";
    private double questionsBefore;

    @BeforeEach
    void deploy() {
        controller.answers(this::locate);
        FanoutConfig config = FanoutConfig.read(MapConfigReader.of(Map.of(
                "routing.mode", "routed",
                "routing.routed.lookup-timeout", "5s",
                "routing.routed.visibility", "3s",
                "routing.routed.cache-ttl", "1s")));
        fanout = await(vertx.deployVerticle(new FanoutVerticle(config, bus, CLOCKS, meters, health, Tracing.off())));
        deployDirectory(Duration.ofSeconds(5)); // whatever else this machine does
        for (int i = 0; i < NODES; i++) {
            open(i);
        }
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Listed(NODES));
        await().until(health::isReady);
        push("warm-up", "nowhere", AckLevel.ACCEPTED); // the first question of a JVM takes its time
        controller.asked.clear();
        questionsBefore = counted("push_manager_route_lookups", "result", "ok");
    }

    private double questions() {
        return counted("push_manager_route_lookups", "result", "ok") - questionsBefore;
    }

    private void deployDirectory(Duration lookupTimeout) {
        HostPort address = controller.address();
        directory = await(vertx.deployVerticle(
                new DirectoryVerticle(new DirectoryConfig(lookupTimeout), List.of(address), bus, CLOCKS, meters)));
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static NodeInfo node(int i) {
        return new NodeInfo("node-" + i, "10.0.0." + i + ":1", "i-" + i, false, "", "", Set.of(), 0);
    }

    private void open(int i) {
        String client = "client-" + i;
        bus.consume(Addresses.offersTo(client), offers -> {
            OfferUpdates.Gatherer updates = new OfferUpdates.Gatherer();
            for (MailboxEntry offer : offers.entries(0)) {
                offered.add(offer.message().messageId() + "@" + i);
                updates.add(client, offer.pushId(), NodeReport.accepted("node-" + i));
                if (offer.message().ack() == AckLevel.DELIVERED) {
                    long there = places.getOrDefault(offer.message().target().roomId(), List.of())
                                    .contains(i)
                            ? 1
                            : 0;
                    updates.add(
                            client,
                            offer.pushId(),
                            NodeReport.reported("node-" + i, new DeliveryCounts(there, there, 0, 0, 0, 0, 0)));
                }
            }
            bus.send(Addresses.OFFER_UPDATES, updates.take());
        });
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeUp(node(i)));
        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened(client, client, node(i)));
    }

    private Future<LocateReply> locate(LocateRequest request) {
        LocateReply.Builder reply = LocateReply.newBuilder();
        for (int i = 0; i < NODES; i++) {
            reply.addNodes(LocatedNode.newBuilder()
                    .setNodeId(node(i).nodeId())
                    .setAddress(node(i).address())
                    .setInstanceId(node(i).instanceId())
                    .setTold(true));
        }
        for (String room : request.getRoomIdsList()) {
            reply.addRooms(NodePlaces.newBuilder().addAllNodes(places.getOrDefault(room, List.of())));
        }
        request.getUserIdsList().forEach(user -> reply.addUsers(NodePlaces.getDefaultInstance()));
        return Future.succeededFuture(reply.build());
    }

    private Future<PushAnswer> begin(String id, String room, AckLevel ack, long timeoutMillis) {
        PushMessage message = PushMessage.of(
                id,
                true,
                Api.PUSH_TO_ROOM,
                Target.room(room),
                Content.text("x", 1),
                ack,
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
                null);
        return bus.request(Addresses.FANOUT, message, Duration.ofSeconds(20));
    }

    private PushAnswer push(String id, String room, AckLevel ack) {
        return await(begin(id, room, ack, 5_000));
    }

    private double counted(String name, String... tags) {
        var counter = registry.find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void aRoomOnTwoOfTenNodesCostsOneQuestionAndTwoCalls() {
        places.put("r", List.of(2, 7));

        PushResult result = (PushResult) push("1", "r", AckLevel.DELIVERED);

        assertThat(result.delivery().written()).isEqualTo(2);
        assertThat(offered).containsExactlyInAnyOrder("1@2", "1@7");
        assertThat(questions()).isEqualTo(1);
        assertThat(counted("push_manager_broadcast_nodes", "api", "PushToRoom")).isEqualTo(2);

        push("2", "r", AckLevel.DELIVERED);
        assertThat(questions()).isEqualTo(1);
        assertThat(counted("push_manager_route_cache_hits")).isEqualTo(1);
    }

    @Test
    void whatOneTurnBringsIsOneQuestionAndKeepsItsOrder() {
        places.put("r", List.of(3));
        places.put("s", List.of(4));
        List<Future<PushAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(begin("r" + i, "r", AckLevel.ACCEPTED, 5_000));
            answers.add(begin("s" + i, "s", AckLevel.ACCEPTED, 5_000));
        }
        await(Future.all(answers));

        assertThat(questions()).isLessThanOrEqualTo(2);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            expected.add("r" + i + "@3");
        }
        assertThat(offered.stream().filter(offer -> offer.startsWith("r"))).containsExactlyElementsOf(expected);
    }

    @Test
    @Tag("fault-16")
    void aSlowControllerCostsADeadlineAndNotTheOrder() {
        places.put("r", List.of(3));
        await(vertx.undeploy(directory));
        deployDirectory(Duration.ofSeconds(1));
        Promise<LocateReply> slow = Promise.promise();
        controller.answers(request -> request.getRoomIdsCount() == 0 ? locate(request) : slow.future());
        long started = System.nanoTime();
        Future<PushAnswer> hasty = begin("1", "r", AckLevel.ACCEPTED, 300);
        Future<PushAnswer> patient = begin("2", "r", AckLevel.ACCEPTED, 5_000);

        PushError late = (PushError) await(hasty);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isLessThan(300);
        PushError away = (PushError) await(patient);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isBetween(900L, 3_000L);

        for (PushError error : List.of(late, away)) {
            assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(error.reason()).isEqualTo("CONTROLLER_AWAY");
            assertThat(error.retryAfterMillis()).isPositive();
        }
        assertThat(offered).isEmpty();
        assertThat(controller.asked).as("one look-up for both").hasSize(1);
        assertThat(counted("push_manager_push_failed", "reason", "CONTROLLER_AWAY"))
                .isEqualTo(2);
    }

    @Test
    @Tag("fault-16")
    void whileTheControllerIsAwayAKnownRouteDoesUntilItsTimeIsUp() {
        places.put("r", List.of(3));
        push("1", "r", AckLevel.ACCEPTED);
        controller.stop();
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeUp(node(NODES + 1))); // makes it doubtful

        assertThat(push("2", "r", AckLevel.ACCEPTED)).isInstanceOf(PushResult.class);
        await("its time is up")
                .until(() -> push("3", "r", AckLevel.ACCEPTED) instanceof PushError error
                        && error.reason().equals("CONTROLLER_AWAY"));
        controller.start();

        assertThat(push("4", "r", AckLevel.ACCEPTED)).isInstanceOf(PushResult.class);
    }

    @Test
    @Tag("fault-17")
    void aStaleRouteCostsOneRefreshAndOneReroute() {
        places.put("r", List.of(3));
        push("1", "r", AckLevel.DELIVERED);
        places.put("r", List.of(5));

        PushResult result = (PushResult) push("2", "r", AckLevel.DELIVERED);

        assertThat(offered).containsExactly("1@3", "2@3", "2@5");
        assertThat(result.delivery().written()).isEqualTo(1);
        assertThat(questions()).isEqualTo(2);
        assertThat(counted("push_manager_route_reroutes")).isEqualTo(1);
    }

    @Test
    void whoWaitsForARouteWhenItStopsIsAnswered() {
        controller.answers(request -> Promise.<LocateReply>promise().future());
        Future<PushAnswer> answer = begin("1", "r", AckLevel.ACCEPTED, 5_000);
        await().until(() -> !controller.asked.isEmpty());

        await(vertx.undeploy(fanout));

        assertThat(((PushError) await(answer)).reason()).isEqualTo("DRAINING");
    }
}
