package io.pushmanager.app;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.ManagerSeen;
import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.Role;
import io.pushmanager.connect.ConnectNode;
import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.inbox.InboxIdentity;
import io.pushmanager.connect.inbox.InboxVerticle;
import io.pushmanager.connect.presence.ReportVerticle;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.message.Action;
import io.pushmanager.discovery.RegistrationState;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds WebSockets. The gRPC port comes first, because a node is named after it; the registration comes last. */
final class ConnectNodeRole implements RunningRole {

    /** The capability of a node that takes pushes over a stream. */
    private static final String LINK = "link.v1";

    /** For announcing a drain, for closing those who have not gone, and for taking the registration back. */
    static final Duration CLOSING = Duration.ofSeconds(4);

    private final Platform platform;
    private final Settings settings;
    private final Discovery discovery;
    private final RegistrationState registrationState = new RegistrationState();

    private final InterestFeed interest;

    private volatile int grpcPort;
    private volatile @Nullable NodeHub hub;
    private @Nullable InboxVerticle inbox;
    private final Supplier<List<HostPort>> controllers;
    private @Nullable ReportVerticle reporter;
    private String reporterId = "";
    private volatile @Nullable ConnectNode node;
    private Discovery.@Nullable Registration registration;

    /** @param controllers those that need not be found, asked for when the node starts */
    ConnectNodeRole(Platform platform, Settings settings, Discovery discovery, Supplier<List<HostPort>> controllers) {
        this.controllers = controllers;
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
        this.interest = settings.inbox().link().tellsInterest() ? InterestFeed.on() : InterestFeed.off();
    }

    @Override
    public Future<Void> start() {
        return platform.vertx()
                .deployVerticle(discovery.managers(registrationState))
                .compose(id -> deployInbox())
                .compose(id -> deployNode())
                .compose(running -> discovery.register(Role.CONNECT_NODE, describe(running), registrationState, true))
                .onSuccess(done -> registration = done)
                .compose(done -> deployReporter())
                .mapEmpty();
    }

    private NodeInfo describe(ConnectNode running) {
        return platform.describe(
                settings.process().nodeId(grpcPort),
                address(),
                settings.process().publicUrl(running.port()),
                settings.inbox().link().enabled()
                        ? Set.of(LINK, Action.Count.CAPABILITY, Action.CHANGES)
                        : Set.of(Action.Count.CAPABILITY, Action.CHANGES));
    }

    /** After the registration: a Controller that watches etcd too need not wonder who this is. */
    private Future<?> deployReporter() {
        ReportVerticle created = new ReportVerticle(
                describe(Objects.requireNonNull(node)),
                Objects.requireNonNull(hub),
                controllers.get(),
                platform.bus(),
                platform.clocks(),
                platform.meters(),
                () -> ThreadLocalRandom.current().nextDouble());
        reporter = created;
        return platform.vertx()
                .deployVerticle(created)
                .onSuccess(id -> reporterId = id)
                .compose(id -> discovery
                        .controllers()
                        .<Future<?>>map(verticle -> platform.vertx().deployVerticle(verticle))
                        .orElseGet(Future::succeededFuture));
    }

    private Future<String> deployInbox() {
        InboxVerticle deployed = new InboxVerticle(
                settings.inbox(),
                new InboxIdentity(
                        platform.instanceId(), () -> settings.process().nodeId(grpcPort)),
                this::deliverAll,
                interest,
                manager -> platform.bus().publish(Addresses.MANAGERS_SEEN, new ManagerSeen(manager)),
                platform.clocks(),
                platform.meters(),
                platform.health(),
                platform.tracing(),
                port -> grpcPort = port);
        deployed.explainedBy(this::explain);
        inbox = deployed;
        return Ports.naming(
                platform.vertx().deployVerticle(deployed),
                ConfigKeys.NODE_GRPC_PORT,
                settings.inbox().host(),
                settings.inbox().port());
    }

    /** Nobody calls before the node is registered, except who guessed the port. */
    private Future<List<HubAnswer>> deliverAll(List<HubPush> pushes) {
        NodeHub running = hub;
        return running == null ? Future.failedFuture("this node is starting") : running.deliverAll(pushes);
    }

    private @Nullable List<NodeDelivery> explain(String messageId) {
        NodeHub running = hub;
        return running == null ? null : running.explain(messageId);
    }

    private Future<ConnectNode> deployNode() {
        NodeHub created = new NodeHub(
                settings.process().nodeId(grpcPort),
                () -> address().toString(),
                settings.connect().hub(),
                interest,
                platform.clocks(),
                platform.meters());
        created.explained(settings.fanout().explain());
        hub = created;
        return ConnectNode.deploy(
                        platform.vertx(),
                        settings.connect(),
                        created,
                        platform.clocks(),
                        platform.health(),
                        platform.strain())
                .onSuccess(running -> node = running);
    }

    /** What {@code GET /slow-sockets} shows. <b>Thread:</b> any. */
    Future<String> slowSockets() {
        ConnectNode running = node;
        return running == null ? Future.failedFuture("this node is starting") : running.slowSockets();
    }

    private HostPort address() {
        return settings.process().advertised(Role.CONNECT_NODE, grpcPort);
    }

    @Override
    public List<String> describe() {
        int httpPort = Objects.requireNonNull(node).port();
        String page = "http://" + new HostPort(settings.process().advertiseHost(), httpPort) + "/";
        return List.of(
                "Connect-Node      gRPC on " + address() + ", WebSocket on "
                        + settings.process().publicUrl(httpPort),
                "open the page     " + page,
                "watch a room      " + Greeting.tailCommand(settings.process().publicUrl(httpPort)));
    }

    @Override
    public void refuseNewWork() {
        NodeHub running = hub;
        if (running != null) {
            running.refuseNewSockets();
        }
    }

    /** When others know it, those that are there are told to go, and served until they have or the grace ends. */
    @Override
    public Future<Void> drain() {
        Duration grace = grace();
        if (inbox != null) {
            inbox.announceDrain(grace);
        }
        if (reporter != null) {
            reporter.beat(); // so that Controllers choose this node for nobody
        }
        Future<Void> announced = registration == null ? Future.succeededFuture() : registration.announceDrain();
        return announced
                .eventually(() -> node == null ? Future.succeededFuture() : node.drain(grace))
                .otherwiseEmpty();
    }

    /** What {@code shutdown.timeout} leaves, when that is less: the last close frames must get out too. */
    private Duration grace() {
        Duration wanted = settings.connect().drainGrace();
        Duration timeout = settings.process().shutdownTimeout();
        Duration most = timeout.compareTo(CLOSING.multipliedBy(2)) > 0 ? timeout.minus(CLOSING) : timeout.dividedBy(2);
        return wanted.compareTo(most) < 0 ? wanted : most;
    }

    @Override
    public Future<Void> leave() {
        Future<Void> told = reporterId.isEmpty()
                ? Future.succeededFuture()
                : platform.vertx().undeploy(reporterId).otherwiseEmpty();
        return told.eventually(() -> registration == null ? Future.succeededFuture() : registration.revoke());
    }
}
