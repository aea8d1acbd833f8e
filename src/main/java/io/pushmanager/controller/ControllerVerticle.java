package io.pushmanager.controller;

import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * The Controller-Manager's gRPC server: health and reflection. What it will know about rooms and users is not there yet.
 *
 * <p><b>Failure:</b> a port that cannot be bound fails the deployment.
 */
public final class ControllerVerticle extends VerticleBase {

    private final ControllerConfig config;
    private final Clocks clocks;
    private final Health health;
    private volatile @Nullable HttpServer server;

    public ControllerVerticle(ControllerConfig config, Clocks clocks, Health health) {
        this.config = config;
        this.clocks = clocks;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        return new GrpcEndpoint(vertx, clocks, health)
                .listen(config.host(), config.port(), GrpcEndpoint.newFreePortGroup())
                .onSuccess(listening -> server = listening);
    }

    /** The port that was taken. <b>Thread:</b> any, after the start. */
    public int port() {
        HttpServer listening = server;
        return listening == null ? 0 : listening.actualPort();
    }
}
