package io.pushmanager.nodeclient;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.Offers;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Stands for fan-out and discovery around node clients: offers, and remembers what comes back over the bus. */
final class NodeClientRig {

    static final String MANAGER = "manager-instance";
    static final ManagerIdentity IDENTITY = new ManagerIdentity("manager-1", MANAGER);
    private static final Duration LOW_DELAY = Duration.ofMillis(1);
    static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Meters meters = new Meters(registry);
    /** What a node client said of one offer. */
    record Update(long pushId, String clientId, NodeReport report) {}

    final List<Update> updates = new CopyOnWriteArrayList<>();
    final List<LinkState> linkStates = new CopyOnWriteArrayList<>();
    final List<NodeClientEvent> events = new CopyOnWriteArrayList<>();
    static final ExplainLimits EXPLAIN = new ExplainLimits(true, 100, 1 << 20, 100_000_000L);
    final LoopHops hops = new LoopHops(EXPLAIN);
    Tracing tracing = Tracing.off();
    /** Of the client that was deployed last. */
    NodeStats stats = new NodeStats();

    final Vertx vertx;
    final Bus bus;

    /** Of the clients that a supervisor has opened; one that a test deploys has its own, of its own name. */
    private final Map<String, String> desks = new ConcurrentHashMap<>();

    private final Random jitter = new Random(11);

    NodeClientRig(Vertx vertx) {
        this(vertx, true);
    }

    /** @param standsForFanOut false where a real one takes what node clients say */
    NodeClientRig(Vertx vertx, boolean standsForFanOut) {
        this.vertx = vertx;
        this.bus = Bus.of(vertx);
        bus.consume(Addresses.LINK_STATES, linkStates::add);
        if (!standsForFanOut) {
            return;
        }
        bus.consume(Addresses.OFFER_UPDATES, told -> {
            for (int i = 0; i < told.size(); i++) {
                updates.add(new Update(told.pushId(i), told.clientId(i), told.report(i)));
            }
        });
        bus.consume(Addresses.NODE_CLIENTS, event -> {
            if (event instanceof NodeClientEvent.Opened opened) {
                desks.put(opened.clientId(), opened.desk());
            }
            events.add(event);
        });
    }

    /** Short waits, so that tests are short, but the time-outs of the product: a busy machine must not look like a dead node. */
    static NodeClientConfig config(int workers, int maxMessages, Duration callDeadline) {
        return config(workers, maxMessages, callDeadline, Duration.ofSeconds(5), Duration.ofSeconds(3));
    }

    /** For nodes that are silent: also short time-outs. */
    static NodeClientConfig impatient(int workers, int maxMessages, Duration callDeadline) {
        return config(workers, maxMessages, callDeadline, Duration.ofMillis(400), Duration.ofMillis(500));
    }

    /** The same with other heartbeats on links. */
    static NodeClientConfig withProbes(NodeClientConfig config, Duration interval) {
        return withLink(
                config,
                new LinkConfig(
                        true, 2, 512, 256 * 1024, interval, LinkConfig.Hold.defaults(), LOW_DELAY, Duration.ZERO));
    }

    static NodeClientConfig withHold(NodeClientConfig config, LinkConfig.Hold hold) {
        return withLink(
                config,
                new LinkConfig(true, 2, 512, 256 * 1024, Duration.ofMillis(500), hold, LOW_DELAY, Duration.ZERO));
    }

    private static NodeClientConfig withLink(NodeClientConfig config, LinkConfig link) {
        return with(config, config.mailbox(), config.probeInterval(), link);
    }

    /** The same without a health check that could just be under way, but for the one after connecting. */
    static NodeClientConfig withoutChecks(NodeClientConfig config) {
        return with(config, config.mailbox(), Duration.ofHours(1), config.link());
    }

    /** The same with another bound of what waits for a node. */
    static NodeClientConfig withMailbox(NodeClientConfig config, MailboxLimits mailbox) {
        return with(config, mailbox, config.probeInterval(), config.link());
    }

    private static NodeClientConfig with(
            NodeClientConfig config, MailboxLimits mailbox, Duration probeInterval, LinkConfig link) {
        return new NodeClientConfig(
                config.workers(),
                mailbox,
                config.callDeadline(),
                probeInterval,
                config.probeTimeout(),
                config.connectTimeout(),
                config.reconnectMin(),
                config.reconnectMax(),
                config.drainTimeout(),
                link);
    }

    private static NodeClientConfig config(
            int workers, int maxMessages, Duration callDeadline, Duration probeTimeout, Duration connectTimeout) {
        return new NodeClientConfig(
                workers,
                MailboxLimits.of(maxMessages, 8L * 1024 * 1024),
                callDeadline,
                Duration.ofMillis(100),
                probeTimeout,
                connectTimeout,
                Duration.ofMillis(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                LinkConfig.defaults());
    }

    NodeClientVerticle deploy(NodeInfo node, NodeClientConfig config) {
        stats = new NodeStats();
        NodeClientVerticle client = new NodeClientVerticle(
                node.nodeId(),
                node,
                config,
                IDENTITY,
                CLOCKS,
                new LoopPaces(CLOCKS, config.link().hold()),
                new LoopBeats(CLOCKS),
                new OfferDesks(),
                hops,
                meters,
                jitter::nextDouble,
                stats,
                tracing);
        await(vertx.deployVerticle(client));
        return client;
    }

    SupervisorVerticle supervise(NodeClientConfig config) {
        SupervisorVerticle supervisor =
                new SupervisorVerticle(config, IDENTITY, CLOCKS, meters, jitter::nextDouble, tracing, EXPLAIN);
        await(vertx.deployVerticle(supervisor));
        return supervisor;
    }

    /** With the node n1 that is up and connected; returns its client. */
    String superviseOne(FakeNode node, NodeClientConfig config) {
        supervise(config);
        publish(new MembershipEvent.NodeUp(node.info("n1")));
        Awaitility.await().until(() -> connectedNodes() == 1);
        return events.get(0).clientId();
    }

    void publish(MembershipEvent event) {
        bus.publish(Addresses.MEMBERSHIP, event);
    }

    int connectedNodes() {
        return (int) registry.get("push_manager_node_connections").gauge().value();
    }

    long openClients() {
        return events.stream()
                        .filter(event -> event instanceof NodeClientEvent.Opened)
                        .count()
                - events.stream()
                        .filter(event -> event instanceof NodeClientEvent.Closed)
                        .count();
    }

    void offer(String clientId, long pushId, String room) {
        offer(clientId, pushId, push(pushId, Target.room(room), AckLevel.DELIVERED));
    }

    void offer(String clientId, long pushId, PushMessage message) {
        bus.send(
                Addresses.offersTo(desks.getOrDefault(clientId, clientId)),
                Offers.to(clientId, List.of(new MailboxEntry(pushId, message))));
    }

    static PushMessage push(long id, Target target, AckLevel ack) {
        return push(id, target, ack, "n" + id);
    }

    static PushMessage push(long id, String text) {
        return push(id, Target.room("room"), AckLevel.DELIVERED, text);
    }

    private static PushMessage push(long id, Target target, AckLevel ack, String text) {
        return PushMessage.of(
                "m" + id,
                false,
                Api.PUSH_TO_ROOM,
                target,
                Content.text(text, 1),
                ack,
                Long.MAX_VALUE,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    List<NodeReport> reportsOf(long pushId) {
        return updates.stream()
                .filter(update -> update.pushId() == pushId)
                .map(Update::report)
                .toList();
    }

    List<NodeReport> reports(String clientId, Outcome outcome) {
        return updates.stream()
                .filter(update -> update.clientId().equals(clientId))
                .map(Update::report)
                .filter(report -> report.outcome() == outcome)
                .toList();
    }

    double dropped(String node, String reason) {
        var counter = registry.find("push_manager_mailbox_dropped")
                .tags("node", node, "reason", reason)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
