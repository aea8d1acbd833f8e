package io.pushmanager.app;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.directory.DirectoryVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.pushmanager.fanout.FanoutVerticle;
import io.pushmanager.fanout.RoutingMode;
import io.pushmanager.ingress.IngressGate;
import io.pushmanager.ingress.IngressVerticle;
import io.pushmanager.nodeclient.ManagerIdentity;
import io.pushmanager.nodeclient.SupervisorVerticle;
import io.pushmanager.publisher.PublishVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes pushes: node clients, fan-out and discovery first, so that the first call finds them; then ingress. */
final class PushManagerRole implements RunningRole {

    private final Platform platform;
    private final Settings settings;
    private final Discovery discovery;
    private final Supplier<List<HostPort>> controllers;
    private final RegistrationState registrationState = new RegistrationState();
    private final SupervisorVerticle supervisor;
    private final IngressGate gate;
    private final PublishVerticle publish;
    private final AtomicInteger grpcPort = new AtomicInteger();

    // one thread after the other
    private final Deque<String> ingress = new ArrayDeque<>();
    private @Nullable ClusterSide cluster;
    private String discoveryId = "";
    private String fanoutId = "";
    private String publishId = "";
    private Discovery.@Nullable Registration registration;

    /** @param controllers those that need not be found, asked for when the manager starts */
    PushManagerRole(Platform platform, Settings settings, Discovery discovery, Supplier<List<HostPort>> controllers) {
        this.controllers = controllers;
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
        this.gate = new IngressGate(settings.ingress(), platform.clocks(), platform.meters(), platform.strain());
        this.publish = new PublishVerticle(
                settings.publisher(),
                platform.bus(),
                platform.clocks(),
                platform.meters(),
                platform.tracing(),
                platform.strain());
        this.supervisor = new SupervisorVerticle(
                settings.nodeClient(),
                new ManagerIdentity(settings.process().managerId(), platform.instanceId()),
                platform.clocks(),
                platform.meters(),
                () -> ThreadLocalRandom.current().nextDouble(),
                platform.tracing(),
                settings.fanout().explain());
    }

    @Override
    public Future<Void> start() {
        FanoutVerticle fanout = new FanoutVerticle(
                settings.fanout(),
                platform.bus(),
                platform.clocks(),
                platform.meters(),
                platform.health(),
                platform.tracing());
        VerticleBase nodes = discovery.nodes(settings.process().managerId(), registrationState);
        return deploy(fanout)
                .onSuccess(id -> fanoutId = id)
                .compose(id -> deployDirectory())
                .compose(done -> deploy(supervisor))
                .compose(id -> reserveCluster())
                .compose(done -> deploy(nodes))
                .onSuccess(id -> discoveryId = id)
                .compose(id -> deployIngress())
                .compose(done -> discovery.register(Role.PUSH_MANAGER, describeSelf(), registrationState, isAlone()))
                .onSuccess(done -> registration = done)
                .compose(done ->
                        discovery.namesakes().<Future<?>>map(this::deploy).orElseGet(Future::succeededFuture))
                .compose(done -> cluster == null ? Future.succeededFuture() : cluster.start());
    }

    private NodeInfo describeSelf() {
        NodeInfo self = platform.describe(settings.process().managerId(), address(), "", Set.of());
        return cluster == null ? self : self.inCluster(cluster.address().toString());
    }

    private Future<?> deployDirectory() {
        if (settings.fanout().routing() != RoutingMode.ROUTED) {
            return Future.succeededFuture();
        }
        return deploy(new DirectoryVerticle(
                        settings.directory(), controllers.get(), platform.bus(), platform.clocks(), platform.meters()))
                .compose(id ->
                        discovery.controllers().<Future<?>>map(this::deploy).orElseGet(Future::succeededFuture));
    }

    private Future<?> deployIngress() {
        DeploymentOptions onePerCore =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        return Ports.naming(
                        platform.vertx().deployVerticle(this::ingressVerticle, onePerCore),
                        ConfigKeys.MANAGER_GRPC_PORT,
                        settings.ingress().host(),
                        settings.ingress().port())
                .onSuccess(ingress::add)
                .compose(id -> deploy(publish))
                .onSuccess(id -> publishId = id);
    }

    /** Before discovery, for others on the bus are to hear of every node. */
    private Future<Void> reserveCluster() {
        if (!settings.cluster().enabled()) {
            return Future.succeededFuture();
        }
        return Ports.naming(
                ClusterSide.reserve(platform, settings, discovery, publish)
                        .onSuccess(reserved -> cluster = reserved)
                        .mapEmpty(),
                ClusterSide.PORT_KEY,
                settings.cluster().settings().host(),
                settings.cluster().settings().port());
    }

    private IngressVerticle ingressVerticle() {
        return new IngressVerticle(
                settings.ingress(),
                gate,
                platform.bus(),
                platform.clocks(),
                platform.meters(),
                platform.health(),
                platform.tracing(),
                grpcPort::set);
    }

    private HostPort address() {
        return settings.process().advertised(Role.PUSH_MANAGER, grpcPort.get());
    }

    /** In a process with a Connect-Node, that one's registration says when the process is known to others. */
    private boolean isAlone() {
        return !settings.process().roles().contains(Role.CONNECT_NODE);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "Push-Manager      gRPC and POST /v1/push on " + address(),
                "push something    " + Greeting.pushCommand(address()));
    }

    /** Refuses what comes from now on, answers what was accepted, and empties the mailboxes over the connections that live. */
    @Override
    public Future<Void> drain() {
        Vertx vertx = platform.vertx();
        Future<?> announced = registration == null ? Future.succeededFuture() : registration.announceDrain();
        // What senders on the bus have sent before they hear of it is to find somebody.
        Future<Void> turnedAway = cluster == null ? Future.succeededFuture() : cluster.drain();
        return Future.join(
                        announced,
                        Future.join(ingress.stream().map(vertx::undeploy).toList()),
                        turnedAway.eventually(() -> vertx.undeploy(publishId)))
                .eventually(() -> supervisor.drain(flushTimeout()))
                .eventually(() -> vertx.undeploy(discoveryId))
                .eventually(() -> vertx.undeploy(fanoutId))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** Leaves the clients of a Connect-Node in this process their grace, even when a mailbox cannot be emptied. */
    private Duration flushTimeout() {
        Duration left = settings.process()
                .shutdownTimeout()
                .minus(settings.process().drainSocketGrace())
                .minus(ConnectNodeRole.CLOSING);
        Duration least = settings.nodeClient().drainTimeout();
        return left.compareTo(least) > 0 ? left : least;
    }

    @Override
    public Future<Void> leave() {
        Future<Void> left = cluster == null ? Future.succeededFuture() : cluster.leave();
        return left.eventually(() -> registration == null ? Future.succeededFuture() : registration.revoke());
    }

    private Future<String> deploy(VerticleBase verticle) {
        return platform.vertx().deployVerticle(verticle);
    }
}
