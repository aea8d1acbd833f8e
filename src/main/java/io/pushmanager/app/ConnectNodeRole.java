package io.pushmanager.app;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.ManagerSeen;
import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.Role;
import io.pushmanager.connect.ConnectNode;
import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.inbox.InboxIdentity;
import io.pushmanager.connect.inbox.InboxVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds WebSockets. The gRPC port comes first, because a node is named after it; the registration comes last. */
final class ConnectNodeRole implements RunningRole {

    /** The capability of a node that takes pushes over a stream. */
    private static final String LINK = "link.v1";

    private final Platform platform;
    private final Settings settings;
    private final Discovery discovery;
    private final RegistrationState registrationState = new RegistrationState();

    private volatile int grpcPort;
    private volatile @Nullable NodeHub hub;
    private @Nullable InboxVerticle inbox;
    private @Nullable ConnectNode node;
    private Discovery.@Nullable Registration registration;

    ConnectNodeRole(Platform platform, Settings settings, Discovery discovery) {
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
    }

    @Override
    public Future<Void> start() {
        return platform.vertx()
                .deployVerticle(discovery.managers(registrationState))
                .compose(id -> deployInbox())
                .compose(id -> deployNode())
                .compose(running -> discovery.register(
                        Role.CONNECT_NODE,
                        platform.describe(
                                settings.process().nodeId(grpcPort),
                                address(),
                                settings.process().publicUrl(running.port()),
                                settings.inbox().link().enabled() ? Set.of(LINK) : Set.of()),
                        registrationState,
                        true))
                .onSuccess(done -> registration = done)
                .mapEmpty();
    }

    private Future<String> deployInbox() {
        InboxVerticle deployed = new InboxVerticle(
                settings.inbox(),
                new InboxIdentity(
                        platform.instanceId(), () -> settings.process().nodeId(grpcPort)),
                this::deliverAll,
                manager -> platform.bus().publish(Addresses.MANAGERS_SEEN, new ManagerSeen(manager)),
                platform.clocks(),
                platform.meters(),
                platform.health(),
                platform.tracing(),
                port -> grpcPort = port);
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

    private Future<ConnectNode> deployNode() {
        NodeHub created = new NodeHub(
                settings.process().nodeId(grpcPort),
                () -> address().toString(),
                settings.connect().hub(),
                platform.clocks(),
                platform.meters());
        hub = created;
        return ConnectNode.deploy(platform.vertx(), settings.connect(), created, platform.clocks(), platform.health())
                .onSuccess(running -> node = running);
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

    /** New sockets are refused, the others are told to go and served until they have or the grace ends. */
    @Override
    public Future<Void> drain() {
        if (inbox != null) {
            inbox.announceDrain(settings.connect().drainGrace());
        }
        Future<Void> announced = registration == null ? Future.succeededFuture() : registration.announceDrain();
        return announced
                .eventually(() -> node == null ? Future.succeededFuture() : node.drain())
                .otherwiseEmpty();
    }

    @Override
    public Future<Void> leave() {
        return registration == null ? Future.succeededFuture() : registration.revoke();
    }
}
