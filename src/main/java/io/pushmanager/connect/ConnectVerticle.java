package io.pushmanager.connect;

import io.pushmanager.connect.http.HttpRoutes;
import io.pushmanager.connect.http.PendingConnections;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.RoomHub;
import io.pushmanager.connect.socket.SocketRules;
import io.pushmanager.core.session.OriginPolicy;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One event loop of the node: its HTTP server, its room hub, its sweep. {@link ConnectNode} deploys one per loop. */
final class ConnectVerticle extends VerticleBase {

    private static final int MAX_REQUEST_LINE_BYTES = 96 * 1024; // 100 rooms of 256 bytes, percent-encoded
    private static final int MAX_PENDING_CONNECTIONS = 4096;

    private final ConnectConfig config;
    private final SocketAddress address;
    private final NodeHub node;
    private final Clocks clocks;
    private final Health health;

    // event loop only
    private @Nullable RoomHub hub;
    private @Nullable HttpServer server;

    ConnectVerticle(ConnectConfig config, SocketAddress address, NodeHub node, Clocks clocks, Health health) {
        this.config = config;
        this.address = address;
        this.node = node;
        this.clocks = clocks;
        this.health = health;
    }

    @Override
    public Future<?> start() {
        RoomHub roomHub = node.attach(context);
        PendingConnections pending =
                new PendingConnections(config.handshakeTimeout().toNanos(), MAX_PENDING_CONNECTIONS);
        SocketRules rules =
                new SocketRules(config.socketOutputBytes(), config.hub().commandsPerSecond(), clocks);
        HttpRoutes routes =
                new HttpRoutes(node, roomHub, health, new OriginPolicy(config.allowedOrigins()), rules, pending);
        HttpServer http = vertx.createHttpServer(options())
                .connectionHandler(connection -> pending.opened(connection, clocks.nanoTime()))
                .requestHandler(routes::handle)
                .exceptionHandler(failure -> {}); // connections that break are no news
        hub = roomHub;
        server = http;
        vertx.setPeriodic(config.sweepInterval().toMillis(), tick -> {
            roomHub.sweep();
            pending.sweep(clocks.nanoTime());
        });
        return http.listen(address).onFailure(failure -> node.detach(roomHub));
    }

    /** Says good-bye to whoever is left; the orderly way is to drain the {@link NodeHub} before. */
    @Override
    public Future<?> stop() {
        if (hub != null) {
            hub.closeAll();
            node.detach(hub);
        }
        return server == null ? Future.succeededFuture() : server.close();
    }

    /** The port that was taken. <b>Thread:</b> any, after the start. */
    int port() {
        HttpServer listening = server;
        return listening == null ? 0 : listening.actualPort();
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setStrictThreadMode(true) // everything happens on this loop; saves a queue per connection
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setAcceptBacklog(4096);
    }
}
