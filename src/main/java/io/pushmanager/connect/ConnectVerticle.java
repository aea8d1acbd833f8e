package io.pushmanager.connect;

import io.pushmanager.connect.http.HttpAcceptor;
import io.pushmanager.connect.http.HttpRoutes;
import io.pushmanager.connect.http.PendingConnections;
import io.pushmanager.connect.http.Upgrades;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.RoomHub;
import io.pushmanager.connect.socket.SocketRules;
import io.pushmanager.core.session.OriginPolicy;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Strain;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One event loop of the node: its share of the HTTP port, its room hub, its sweep. {@link ConnectNode} deploys one per loop. */
final class ConnectVerticle extends VerticleBase {

    private static final int MAX_PENDING_CONNECTIONS = 4096;
    private static final int ACCEPT_BACKLOG = 4096;

    private final ConnectConfig config;
    private final SocketAddress address;
    private final NodeHub node;
    private final Clocks clocks;
    private final HttpRoutes routes;
    private final Strain strain;

    // event loop only
    private @Nullable RoomHub hub;
    private @Nullable NetServer server;

    ConnectVerticle(
            ConnectConfig config,
            SocketAddress address,
            NodeHub node,
            Clocks clocks,
            HttpRoutes routes,
            Strain strain) {
        this.config = config;
        this.address = address;
        this.node = node;
        this.clocks = clocks;
        this.routes = routes;
        this.strain = strain;
    }

    @Override
    public Future<?> start() {
        RoomHub roomHub = node.attach(context);
        PendingConnections pending =
                new PendingConnections(config.handshakeTimeout().toNanos(), MAX_PENDING_CONNECTIONS);
        SocketRules rules = new SocketRules(config.socketOutput(), config.hub().commandsPerSecond(), clocks);
        Upgrades upgrades = new Upgrades(node, roomHub, new OriginPolicy(config.allowedOrigins()), rules, strain);
        HttpAcceptor acceptor = new HttpAcceptor(routes, upgrades, pending, clocks, strain);
        NetServer listener = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(ACCEPT_BACKLOG))
                .connectHandler(acceptor::accept)
                .exceptionHandler(failure -> {}); // connections that break are no news
        hub = roomHub;
        server = listener;
        vertx.setPeriodic(config.sweepInterval().toMillis(), tick -> {
            roomHub.sweep();
            pending.sweep(clocks.nanoTime());
        });
        return listener.listen(address).onFailure(failure -> node.detach(roomHub));
    }

    /** Says good-bye to whoever is left; the orderly way is to drain the {@link NodeHub} before. */
    @Override
    public Future<?> stop() {
        if (hub != null) {
            hub.stop();
            node.detach(hub);
        }
        return server == null ? Future.succeededFuture() : server.close();
    }

    /** The port that was taken. <b>Thread:</b> any, after the start. */
    int port() {
        NetServer listening = server;
        return listening == null ? 0 : listening.actualPort();
    }
}
