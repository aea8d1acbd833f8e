package io.pushmanager.app;

import io.pushmanager.bus.JsonBus;
import io.pushmanager.cluster.ClusterVerticle;
import io.pushmanager.cluster.MemberSettings;
import io.pushmanager.config.HostPort;
import io.pushmanager.publisher.BusPresence;
import io.pushmanager.publisher.PublishVerticle;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Push-Manager's part in the cluster of event buses. Made only by a process that clusters: this class is what loads the
 * engine.
 *
 * <p><b>Thread:</b> its methods are called one after the other; {@link Tenant} on the verticle's event loop.
 */
final class ClusterSide {

    static final String PORT_KEY = "cluster.port";

    private final Platform platform;
    private final Settings settings;
    private final Discovery discovery;
    private final PublishVerticle publish;
    private final int port;
    private final ClusterVerticle verticle;
    private String verticleId = "";

    private ClusterSide(Platform platform, Settings settings, Discovery discovery, PublishVerticle publish, int port) {
        this.platform = platform;
        this.settings = settings;
        this.discovery = discovery;
        this.publish = publish;
        this.port = port;
        this.verticle = new ClusterVerticle(
                settings.cluster(),
                port,
                platform.instanceId(),
                settings.discovery().usesEtcd(),
                new Tenant(),
                platform.bus(),
                platform.meters(),
                platform.health());
    }

    /**
     * Looks whether the engine's port is free, and takes any if that is asked for: others are told of it before the engine
     * runs. Hears of nodes from then on. Fails with a BindException.
     *
     * @param publish answers what comes over the bus; deployed before {@link #start}
     */
    static Future<ClusterSide> reserve(
            Platform platform, Settings settings, Discovery discovery, PublishVerticle publish) {
        MemberSettings member = settings.cluster().settings();
        Future<Integer> free = platform.vertx().executeBlocking(() -> {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(member.host()), member.port()));
                return probe.getLocalPort();
            }
        });
        return free.map(port -> new ClusterSide(platform, settings, discovery, publish, port))
                .compose(made -> platform.vertx()
                        .deployVerticle(made.verticle)
                        .onSuccess(id -> made.verticleId = id)
                        .map(made));
    }

    /** What other members reach the engine by. */
    HostPort address() {
        MemberSettings member = settings.cluster().settings();
        return new HostPort(member.publicHost().isEmpty() ? member.host() : member.publicHost(), port);
    }

    /** Joins. Does not wait for it. */
    Future<Void> start() {
        verticle.begin();
        return discovery
                .clusterMembers()
                .<Future<?>>map(mirror -> platform.vertx().deployVerticle(mirror))
                .orElseGet(Future::succeededFuture)
                .mapEmpty();
    }

    Future<Void> drain() {
        return verticle.drain();
    }

    Future<Void> leave() {
        return platform.vertx().undeploy(verticleId).otherwiseEmpty();
    }

    /** Answers pushes. */
    private final class Tenant implements ClusterVerticle.Tenant {

        private @Nullable BusPresence presence;

        @Override
        public Future<List<String>> joined(JsonBus bus) {
            return publish.listen(bus, settings.process().managerId(), platform.instanceId())
                    .onSuccess(begun -> presence = begun)
                    .map(BusPresence::addresses);
        }

        @Override
        public Set<String> deafToUs() {
            BusPresence current = presence;
            return current == null ? Set.of() : current.deafToUs();
        }

        @Override
        public void draining() {
            if (presence != null) {
                presence.drain();
            }
        }

        @Override
        public Future<Void> left() {
            BusPresence current = presence;
            presence = null;
            return current == null ? Future.succeededFuture() : current.end();
        }
    }
}
