package io.pushmanager.ingress;

import io.pushmanager.bus.Bus;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns calls and requests into pushes for fan-out. No routing, no I/O of its own.
 *
 * <p>Several instances share the port, and the {@link IngressGate}.
 *
 * <pre>
 *   gRPC ─▶ PushMethods, PushStream ┐
 *   HTTP ─▶ HttpPush                ┴▶ PushRequests ─▶ PushDispatcher ─▶ fan-out
 * </pre>
 *
 * <p><b>Failure:</b> a port that cannot be bound fails the deployment. <b>Time:</b> a stop waits until what came in is
 * answered, at most as long as the longest deadline of it.
 */
public final class IngressVerticle extends VerticleBase {

    /** For what was answered to reach the network, and for streams that somebody else keeps open. */
    private static final long CLOSE_GRACE_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(IngressVerticle.class);

    private final IngressConfig config;
    private final IngressGate gate;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Health health;
    private final IntConsumer onListening;
    private final Tracing tracing;
    private @Nullable PushStreams streams;
    private @Nullable HttpServer server;

    /**
     * @param gate one for all instances
     * @param onListening told the port that each instance listens at; on that instance's event loop
     */
    public IngressVerticle(
            IngressConfig config,
            IngressGate gate,
            Bus bus,
            Clocks clocks,
            Meters meters,
            Health health,
            Tracing tracing,
            IntConsumer onListening) {
        this.config = config;
        this.gate = gate;
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.health = health;
        this.onListening = onListening;
        this.tracing = tracing;
    }

    @Override
    public Future<?> start() {
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, clocks, health);
        PushRequests requests = new PushRequests(clocks);
        PushDispatcher dispatcher = new PushDispatcher(vertx, gate, bus, clocks, tracing);
        PushStreams items = new PushStreams(
                new PushStream.Surroundings(requests, gate, dispatcher, clocks, meters, config.streamWindow()),
                config.idleTimeout());
        streams = items;
        vertx.setPeriodic(Math.max(10, config.idleTimeout().toMillis() / 4), tick -> items.sweep());
        new PushMethods(requests, gate, dispatcher, meters).serveAt(endpoint);
        items.serveAt(endpoint);
        new NodeListing(config.managerId(), bus, health).serveAt(endpoint);
        new ExplainMethod(config.managerId(), bus, clocks).serveAt(endpoint);
        new HttpPush(vertx, endpoint, requests, gate, dispatcher, clocks, meters).serve();
        return endpoint.idleTimeout(config.idleTimeout())
                .listen(config.host(), config.port(), gate.freePortGroup())
                .onSuccess(listening -> {
                    server = listening;
                    onListening.accept(listening.actualPort());
                });
    }

    @Override
    public Future<?> stop() {
        gate.drain();
        Future<Void> streamsEnded = streams == null ? Future.succeededFuture() : streams.drain();
        return Future.all(streamsEnded, gate.idle())
                .eventually(this::closeServer)
                .otherwise(failure -> {
                    LOG.warn("ingress stopped unclean", failure);
                    return null;
                });
    }

    private Future<Void> closeServer() {
        HttpServer listening = server;
        if (listening == null) {
            return Future.succeededFuture();
        }
        // The gate tells all instances on one thread; a shared server that is shut down from the thread of another of
        // its instances sometimes never says that it is closed.
        Promise<Void> closed = Promise.promise();
        context.runOnContext(own -> listening
                .shutdown(CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .timeout(2 * CLOSE_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .onComplete(closed));
        return closed.future();
    }
}
