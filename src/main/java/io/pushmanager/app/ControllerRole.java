package io.pushmanager.app;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.HostPort;
import io.pushmanager.config.Role;
import io.pushmanager.controller.ControllerVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Controller-Manager. */
final class ControllerRole implements RunningRole {

    private final Platform platform;
    private final Settings settings;
    private final Discovery discovery;
    private final ControllerVerticle controller;
    private Discovery.@Nullable Registration registration;

    ControllerRole(Platform platform, Settings settings, Discovery discovery) {
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
        this.controller = new ControllerVerticle(
                settings.controller(),
                platform.bus(),
                platform.clocks(),
                platform.health(),
                platform.meters(),
                platform.instanceId());
    }

    @Override
    public Future<Void> start() {
        boolean readinessWaits = settings.process().roles().size() == 1;
        return Ports.naming(
                        platform.vertx().deployVerticle(controller),
                        ConfigKeys.CONTROLLER_GRPC_PORT,
                        settings.controller().host(),
                        settings.controller().port())
                .compose(id -> deployRegistry())
                .compose(id -> discovery.register(
                        Role.CONTROLLER_MANAGER,
                        platform.describe(settings.process().controllerId(), address(), "", Set.of()),
                        new RegistrationState(),
                        readinessWaits))
                .onSuccess(done -> registration = done)
                .mapEmpty();
    }

    private Future<?> deployRegistry() {
        return discovery
                .registeredNodes()
                .<Future<?>>map(verticle -> platform.vertx().deployVerticle(verticle))
                .orElseGet(Future::succeededFuture);
    }

    /** Where this process itself reaches it, once it runs. */
    HostPort localAddress() {
        String host = settings.controller().host();
        return new HostPort(HostPort.isWildcard(host) ? "localhost" : host, controller.port());
    }

    private HostPort address() {
        return settings.process().advertised(Role.CONTROLLER_MANAGER, controller.port());
    }

    @Override
    public List<String> describe() {
        return List.of("Controller        gRPC on " + address());
    }

    @Override
    public Future<Void> drain() {
        return registration == null ? Future.succeededFuture() : registration.announceDrain();
    }

    @Override
    public Future<Void> leave() {
        return registration == null ? Future.succeededFuture() : registration.revoke();
    }
}
