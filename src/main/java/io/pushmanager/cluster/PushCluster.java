package io.pushmanager.cluster;

import com.hazelcast.config.Config;
import io.pushmanager.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Joins the event bus that Push-Managers share:
 *
 * <pre>{@code
 * PushCluster.join(new VertxOptions(), MemberSettings.local(), List.of(new HostPort("127.0.0.1", 5701)))
 *     .map(PushPublisher::create)
 * }</pre>
 *
 * <p>Whoever has a clustered Vert.x already needs none of this, if it is set up as docs/event-bus.md says.
 */
public final class PushCluster {

    private PushCluster() {}

    /**
     * A Vert.x that is a member, alone if none of the others answers; it looks for them again every few seconds. Its
     * {@code close()} leaves the cluster.
     *
     * @param options used as they are, but for those of the event bus
     * @param others where members are, a part of them will do
     */
    public static Future<Vertx> join(VertxOptions options, MemberSettings member, List<HostPort> others) {
        List<HostPort> known = List.copyOf(others);
        return build(options, member, manager(member, () -> known));
    }

    static HazelcastClusterManager manager(MemberSettings member, Supplier<Collection<HostPort>> others) {
        // The engine's static loggers know no configuration; without this they print to the standard error.
        if (System.getProperty("hazelcast.logging.type") == null) {
            System.setProperty("hazelcast.logging.type", "slf4j");
        }
        Config engine = HazelcastSettings.engine(member, others);
        return new HazelcastClusterManager(engine);
    }

    static Future<Vertx> build(VertxOptions options, MemberSettings member, HazelcastClusterManager manager) {
        return Vertx.builder()
                .with(new VertxOptions(options).setEventBusOptions(HazelcastSettings.bus(member)))
                .withClusterManager(manager)
                .buildClustered();
    }
}
