package io.pushmanager.app;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.Role;
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
    private final AtomicInteger grpcPort = new AtomicInteger();

    // one thread after the other
    private final Deque<String> ingress = new ArrayDeque<>();
    private String discoveryId = "";
    private String fanoutId = "";
    private Discovery.@Nullable Registration registration;

    /** @param controllers those that need not be found, asked for when the manager starts */
    PushManagerRole(Platform platform, Settings settings, Discovery discovery, Supplier<List<HostPort>> controllers) {
        this.controllers = controllers;
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
        this.gate = new IngressGate(settings.ingress(), platform.clocks(), platform.meters(), platform.strain());
        this.supervisor = new SupervisorVerticle(
                settings.nodeClient(),
                new ManagerIdentity(settings.process().managerId(), platform.instanceId()),
                platform.clocks(),
                platform.meters(),
                () -> ThreadLocalRandom.current().nextDouble(),
                platform.tracing());
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
                .compose(id -> deploy(nodes))
                .onSuccess(id -> discoveryId = id)
                .compose(id -> deployIngress())
                .compose(id -> discovery.register(
                        Role.PUSH_MANAGER,
                        platform.describe(settings.process().managerId(), address(), "", Set.of()),
                        registrationState,
                        isAlone()))
                .onSuccess(done -> registration = done)
                .compose(done ->
                        discovery.namesakes().<Future<?>>map(this::deploy).orElseGet(Future::succeededFuture))
                .mapEmpty();
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
        PublishVerticle publish = new PublishVerticle(
                settings.publisher(),
                platform.bus(),
                platform.clocks(),
                platform.meters(),
                platform.tracing(),
                platform.strain());
        DeploymentOptions onePerCore =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        return Ports.naming(
                        platform.vertx().deployVerticle(this::ingressVerticle, onePerCore),
                        ConfigKeys.MANAGER_GRPC_PORT,
                        settings.ingress().host(),
                        settings.ingress().port())
                .onSuccess(ingress::add)
                .compose(id -> deploy(publish))
                .onSuccess(ingress::add);
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
        return Future.join(
                        announced,
                        Future.join(ingress.stream().map(vertx::undeploy).toList()))
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
        return registration == null ? Future.succeededFuture() : registration.revoke();
    }

    private Future<String> deploy(VerticleBase verticle) {
        return platform.vertx().deployVerticle(verticle);
    }
}
