package io.pushmanager.controller;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.presence.NodeChoice;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Controller-Manager's gRPC server.
 *
 * <pre>
 *   Connect-Nodes ─▶ ReportStreams, NodeMethods ┐
 *   others        ─▶ UserMethods, QueryMethods  ┼▶ PresenceStore
 *   registry      ─▶ NodeWatchdog               ┘
 * </pre>
 *
 * <p><b>Thread:</b> one event loop for everything, which is what keeps the store's calls in order. <b>Failure:</b> a port
 * that cannot be bound fails the deployment; a store that is away does not.
 */
public final class ControllerVerticle extends VerticleBase {

    private static final long CLOSE_GRACE_MILLIS = 200;

    private final ControllerConfig config;
    private final Bus bus;
    private final Clocks clocks;
    private final Health health;
    private final Meters meters;
    private final String instanceId;
    private @Nullable PresenceStore store;
    private volatile @Nullable HttpServer server;

    /** @param instanceId of this process */
    public ControllerVerticle(
            ControllerConfig config, Bus bus, Clocks clocks, Health health, Meters meters, String instanceId) {
        this.config = config;
        this.bus = bus;
        this.clocks = clocks;
        this.health = health;
        this.meters = meters;
        this.instanceId = instanceId;
    }

    @Override
    public Future<?> start() {
        PresenceStore opened = config.store() == StoreKind.REDIS
                ? new RedisPresenceStore(new RedisLine(vertx, config.redis(), clocks), clocks)
                : new MemoryPresenceStore(instanceId, clocks);
        store = opened;
        return opened.open().compose(open -> serve(opened));
    }

    private Future<?> serve(PresenceStore opened) {
        ControllerMeters counts = new ControllerMeters(meters);
        NodeChoice choice = new NodeChoice(config.healthyTime().toNanos());
        ReportStreams streams = new ReportStreams(config, opened, counts, clocks);
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, clocks, health)
                .service(ControllerServiceGrpcService.SERVICE_DESCRIPTOR)
                .observedBy((method, code, durationNanos) -> meters.controllerRequest(nameOf(method), code));
        new UserMethods(opened, counts, clocks, config.roomMemberLimit()).serveAt(endpoint);
        new QueryMethods(config, opened, choice).serveAt(endpoint);
        new NodeMethods(config, opened, choice, counts).serveAt(endpoint);
        streams.serveAt(endpoint);
        NodeWatchdog watchdog = new NodeWatchdog(config, opened, streams, counts, clocks);
        bus.consume(Addresses.REGISTERED_NODES, watchdog::registry);
        vertx.setPeriodic(config.heartbeatInterval().toMillis() / 4, tick -> {
            streams.dropSilent();
            watchdog.sweep();
        });
        return endpoint.listen(config.host(), config.port(), GrpcEndpoint.newFreePortGroup())
                .onSuccess(listening -> server = listening);
    }

    /** Streams are cut: the nodes find another Controller, or this one's successor. */
    @Override
    public Future<?> stop() {
        HttpServer listening = server;
        Future<?> closed = listening == null
                ? Future.succeededFuture()
                : listening
                        .shutdown(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                        .timeout(2 * CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
        PresenceStore opened = store;
        return closed.otherwiseEmpty().eventually(() -> opened == null ? Future.succeededFuture() : opened.close());
    }

    private static String nameOf(String method) {
        return method.substring(method.lastIndexOf('/') + 1);
    }

    /** The port that was taken. <b>Thread:</b> any, after the start. */
    public int port() {
        HttpServer listening = server;
        return listening == null ? 0 : listening.actualPort();
    }
}
