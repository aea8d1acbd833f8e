package io.pushmanager.connect;

import io.pushmanager.connect.http.HttpRoutes;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Strain;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A node that clients can connect to: one {@link ConnectVerticle} per event loop, all on one port. <b>Thread:</b> any. */
public final class ConnectNode {

    // Vert.x shares a free port between servers that name the same group; each node of this JVM needs its own.
    private static final AtomicInteger FREE_PORT_GROUPS = new AtomicInteger();

    private static final int MOST_SLOW_SOCKETS = 20;

    private final Vertx vertx;
    private final ConnectConfig config;
    private final NodeHub hub;
    private final String deploymentId;
    private final int port;

    private ConnectNode(Vertx vertx, ConnectConfig config, NodeHub hub, String deploymentId, int port) {
        this.vertx = vertx;
        this.config = config;
        this.hub = hub;
        this.deploymentId = deploymentId;
        this.port = port;
    }

    /** Of a process that never has too little of anything. */
    public static Future<ConnectNode> deploy(
            Vertx vertx, ConnectConfig config, NodeHub hub, Clocks clocks, Health health) {
        return deploy(vertx, config, hub, clocks, health, new Strain());
    }

    /** Completes when clients can connect. Fails, having named host and port, when it cannot listen. */
    public static Future<ConnectNode> deploy(
            Vertx vertx, ConnectConfig config, NodeHub hub, Clocks clocks, Health health, Strain strain) {
        SocketAddress address = config.httpPort() == 0
                ? SocketAddress.sharedRandomPort(FREE_PORT_GROUPS.incrementAndGet(), config.listenHost())
                : SocketAddress.inetSocketAddress(config.httpPort(), config.listenHost());
        HttpRoutes routes = new HttpRoutes(hub, health);
        List<ConnectVerticle> verticles = new CopyOnWriteArrayList<>();
        DeploymentOptions options = new DeploymentOptions().setInstances(config.eventLoops());
        return vertx.deployVerticle(
                        () -> {
                            ConnectVerticle verticle =
                                    new ConnectVerticle(config, address, hub, clocks, routes, strain);
                            verticles.add(verticle);
                            return verticle;
                        },
                        options)
                .recover(failure -> Future.failedFuture(new IllegalStateException(
                        "cannot listen on " + config.listenHost() + ":" + config.httpPort() + " (node.http.port): "
                                + failure.getMessage(),
                        failure)))
                .map(id ->
                        new ConnectNode(vertx, config, hub, id, verticles.get(0).port()));
    }

    /** The HTTP and WebSocket port that was taken. */
    public int port() {
        return port;
    }

    public NodeHub hub() {
        return hub;
    }

    /** As JSON, the clients that do not take their bytes and for which most waits; completes on any thread. */
    public Future<String> slowSockets() {
        return hub.slowest(MOST_SLOW_SOCKETS)
                .map(slow -> SlowSocketsPage.json(hub.stats().nodeId(), slow));
    }

    /** Tells the clients to go and waits until they have, at most for {@code drain.socket-grace} and a moment. */
    public Future<Void> drain() {
        return drain(config.drainGrace());
    }

    /** With another grace, because the process has no more time. */
    public Future<Void> drain(Duration grace) {
        return hub.drain(grace, config.drainPerSecond());
    }

    /** Closes what is left, and the servers. */
    public Future<Void> stop() {
        return vertx.undeploy(deploymentId);
    }
}
