package io.pushmanager.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.OfferUpdates;
import io.pushmanager.bus.Offers;
import io.pushmanager.bus.PushTicket;
import io.pushmanager.bus.Pushes;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.fanout.FanOutLimits;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.MapConfigReader;
import io.pushmanager.testing.RecordingTracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FanoutVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    private static final FanoutConfig CONFIG = new FanoutConfig(
            new FanOutLimits(2_000, 10_000, 1_000, TimeUnit.MINUTES.toNanos(2), 1 << 20),
            RoutingMode.BROADCAST,
            Duration.ofSeconds(2),
            RoutedConfig.read(MapConfigReader.empty()),
            Duration.ofSeconds(30),
            Duration.ofMillis(300),
            new ExplainLimits(true, 100, 1 << 20, 100_000_000L));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private final Health health = new Health();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private String deployment = "";

    @BeforeEach
    void deploy() throws Exception {
        deployment = get(vertx.deployVerticle(
                new FanoutVerticle(CONFIG, bus, CLOCKS, new Meters(registry), health, Tracing.off())));
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void isNotReadyAndRefusesBeforeTheFirstList() throws Exception {
        assertThat(health.failures()).containsKey(FanoutVerticle.HEALTH_CHECK);

        PushAnswer answer = push("id-1", AckLevel.ACCEPTED, 1_000);

        assertThat(((PushError) answer).reason()).isEqualTo("NO_MEMBERSHIP_YET");
    }

    @Test
    void waitsForTheClientsOfTheFirstListBeforeItIsReady() {
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeUp(node("a")));
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Listed(1));
        assertThat(health.isReady()).isFalse();

        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened("client-a", "client-a", node("a")));

        await().until(health::isReady);
    }

    @Test
    void offersOnePushToEveryNodeAndAddsUpWhatTheySay() throws Exception {
        FakeNode a = open("a", update -> NodeReport.reported("node-a", counts(2)));
        FakeNode b = open("b", update -> NodeReport.reported("node-b", counts(0)));
        list();

        PushResult result = (PushResult) push("id-1", AckLevel.DELIVERED, 2_000);

        assertThat(result.nodesAccepted()).isEqualTo(2);
        assertThat(result.delivery()).isEqualTo(counts(2));
        assertThat(a.offers.get(0)).isSameAs(b.offers.get(0));
        assertThat(registry.scrape())
                .contains("push_manager_push_success_total{api=\"PushToRoom\"} 1.0")
                .contains("push_manager_broadcast_nodes_total{api=\"PushToRoom\"} 2.0");
    }

    @Test
    void namesTheNodeThatDoesNotReportBeforeTheDeadline() throws Exception {
        open("a", update -> NodeReport.reported("node-a", counts(1)));
        open("silent", update -> null);
        list();
        long start = System.nanoTime();

        PushResult result = (PushResult) push("id-1", AckLevel.DELIVERED, 400);

        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(340L, 399L);
        assertThat(result.nodes())
                .extracting(NodeReport::nodeId, NodeReport::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("node-a", Outcome.REPORTED),
                        org.assertj.core.groups.Tuple.tuple("node-silent", Outcome.TIMED_OUT));
    }

    @Test
    @Tag("bad-input-9")
    void saysAlreadyExistsWhenAMessageIdComesWithAnotherContent() throws Exception {
        open("a", update -> null);
        list();
        push("mine", AckLevel.ACCEPTED, 1_000);

        PushMessage other = PushMessage.of(
                "mine", true, Api.HTTP, Target.room("r"), Content.text("other", 1), AckLevel.ACCEPTED, in(1_000), null);
        PushAnswer answer = get(bus.request(Addresses.FANOUT, other, Duration.ofSeconds(5)));

        assertThat(((PushError) answer).reason()).isEqualTo("MESSAGE_ID_REUSED");
        assertThat(registry.scrape())
                .contains("push_manager_push_failed_total{api=\"Http\",reason=\"MESSAGE_ID_REUSED\"} 1.0");
    }

    @Test
    void failsWhatIsOpenAtAClientThatIsClosed() throws Exception {
        FakeNode silent = open("silent", update -> null);
        list();
        Future<PushAnswer> answer = request("id-1", AckLevel.DELIVERED, 60_000);
        await().until(() -> silent.offers.size() == 1);

        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Closed("client-silent", "killed"));

        PushResult result = (PushResult) get(answer);
        assertThat(result.nodes()).containsExactly(NodeReport.unreported("node-silent", Outcome.FAILED, "killed"));
    }

    @Test
    void answersWhatIsOpenWhenItStops() throws Exception {
        FakeNode silent = open("silent", update -> null);
        list();
        Future<PushAnswer> answer = request("id-1", AckLevel.DELIVERED, 60_000);
        await().until(() -> silent.offers.size() == 1);

        get(vertx.undeploy(deployment));

        assertThat(((PushResult) get(answer)).nodes().get(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void reportsAStaleMembership() throws Exception {
        open("a", update -> null);
        list();
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Staleness(true, "etcd is away"));

        assertThat(((PushResult) push("id-1", AckLevel.ACCEPTED, 1_000)).membershipStale())
                .isTrue();
    }

    @Test
    void putsItsOwnSpanBetweenTheCallAndTheNodes() throws Exception {
        RecordingTracing tracing = new RecordingTracing();
        get(vertx.undeploy(deployment));
        get(vertx.deployVerticle(new FanoutVerticle(CONFIG, bus, CLOCKS, new Meters(registry), health, tracing)));
        FakeNode a = open("a", update -> null);
        list();

        push("id-1", AckLevel.ACCEPTED, 1_000);

        assertThat(a.offers.get(0).message().traceparent()).isEqualTo("fan-out under callers-span");
        assertThat(tracing.ended).containsExactly("fan-out OK");
    }

    @Test
    void sendsWhatOneTurnBringsOnceToEachNodeAndANodeThatComesMeanwhileOnlyWhatFollows() {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        bus.consume(
                Addresses.offersTo("client-a"),
                offers -> sizes.add(offers.entries(0).size()));
        FakeNode b = new FakeNode();
        bus.consume(Addresses.offersTo("client-b"), offers -> b.offers.addAll(offers.entries(0)));
        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened("client-a", "client-a", node("a")));
        list();

        vertx.runOnContext(oneTurn -> {
            bus.send(Addresses.PUSHES, new Pushes(Addresses.answersTo(-1), List.of(ticket("1"), ticket("2"))));
            bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened("client-b", "client-b", node("b")));
            bus.send(Addresses.PUSHES, new Pushes(Addresses.answersTo(-1), List.of(ticket("3"))));
            bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Closing("client-b"));
            bus.send(Addresses.PUSHES, new Pushes(Addresses.answersTo(-1), List.of(ticket("4"))));
        });

        await().until(() -> sizes.stream().mapToInt(Integer::intValue).sum() == 4);
        assertThat(sizes.get(0)).isEqualTo(2);
        assertThat(b.offers).extracting(offer -> offer.message().messageId()).containsExactly("3");
    }

    @Test
    void sendsTheClientsOfOneEventLoopOneMessage() {
        List<Offers> messages = new CopyOnWriteArrayList<>();
        bus.consume(Addresses.offersTo("desk"), messages::add);
        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened("client-a", "desk", node("a")));
        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened("client-b", "desk", node("b")));
        list();

        bus.send(Addresses.PUSHES, new Pushes(Addresses.answersTo(-1), List.of(ticket("1"))));

        await().until(() -> !messages.isEmpty());
        assertThat(messages.get(0).size()).isEqualTo(2);
        assertThat(messages.get(0).clientId(1)).isEqualTo("client-b");
    }

    @Test
    void sendsTheTicketsOfOneSenderBackWithTheirAnswers() {
        List<PushTicket> back = new CopyOnWriteArrayList<>();
        bus.consume(Addresses.answersTo(-1), answers -> back.addAll(answers.tickets()));
        open("a", update -> null);
        list();
        PushTicket one = ticket("1");
        PushTicket two = ticket("2");

        bus.send(Addresses.PUSHES, new Pushes(Addresses.answersTo(-1), List.of(one, two)));

        await().until(() -> back.size() == 2);
        assertThat(back).containsExactly(one, two);
        assertThat(((PushResult) two.answer()).messageId()).isEqualTo("2");
    }

    private static PushTicket ticket(String id) {
        return new PushTicket(PushMessage.of(
                id, false, Api.HTTP, Target.room("r"), Content.text("x", 1), AckLevel.ACCEPTED, in(60_000), null)) {};
    }

    private interface End {
        NodeReport of(MailboxEntry offer);
    }

    /** Accepts at once; ends a DELIVERED push as told, or never. */
    private static final class FakeNode {
        final List<MailboxEntry> offers = new CopyOnWriteArrayList<>();
    }

    private FakeNode open(String name, End end) {
        FakeNode node = new FakeNode();
        String client = "client-" + name;
        bus.consume(Addresses.offersTo(client), offers -> {
            OfferUpdates.Gatherer updates = new OfferUpdates.Gatherer();
            for (MailboxEntry offer : offers.entries(0)) {
                node.offers.add(offer);
                updates.add(client, offer.pushId(), NodeReport.accepted("node-" + name));
                NodeReport report = offer.message().ack() == AckLevel.DELIVERED ? end.of(offer) : null;
                if (report != null) {
                    updates.add(client, offer.pushId(), report);
                }
            }
            bus.send(Addresses.OFFER_UPDATES, updates.take());
        });
        bus.publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Opened(client, client, node(name)));
        return node;
    }

    private void list() {
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Listed(0));
        await().until(health::isReady);
    }

    private PushAnswer push(String id, AckLevel ack, long timeoutMillis) throws Exception {
        return get(request(id, ack, timeoutMillis));
    }

    private Future<PushAnswer> request(String id, AckLevel ack, long timeoutMillis) {
        PushMessage message = PushMessage.of(
                id,
                true,
                Api.PUSH_TO_ROOM,
                Target.room("r"),
                Content.text("x", 1),
                ack,
                in(timeoutMillis),
                "callers-span");
        return bus.request(Addresses.FANOUT, message, Duration.ofSeconds(30));
    }

    private static long in(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static DeliveryCounts counts(long written) {
        return new DeliveryCounts(written, written, 0, 0, 0, 0, 0);
    }

    private static NodeInfo node(String name) {
        return new NodeInfo("node-" + name, name + ":1", "i", false, "", "", Set.of(), 0);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
