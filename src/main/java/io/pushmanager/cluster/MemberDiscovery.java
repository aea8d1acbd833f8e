package io.pushmanager.cluster;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import io.pushmanager.config.HostPort;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine where other members may be, now and whenever it looks for them again.
 *
 * <p><b>Thread:</b> the engine's. <b>Failure:</b> a name that cannot be resolved is left out, this time.
 */
final class MemberDiscovery extends AbstractDiscoveryStrategy {

    private final ILogger logger;
    private final Supplier<Collection<HostPort>> others;

    private MemberDiscovery(ILogger logger, Supplier<Collection<HostPort>> others) {
        super(logger, Map.of());
        this.logger = logger;
        this.others = others;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
        List<DiscoveryNode> nodes = new ArrayList<>();
        for (HostPort member : others.get()) {
            try {
                nodes.add(new SimpleDiscoveryNode(new Address(member.host(), member.port())));
            } catch (UnknownHostException e) {
                logger.fine("no address for " + member);
            }
        }
        return nodes;
    }

    /** Makes the one strategy of a member. */
    static final class Factory implements DiscoveryStrategyFactory {

        private final Supplier<Collection<HostPort>> others;

        Factory(Supplier<Collection<HostPort>> others) {
            this.others = others;
        }

        @Override
        public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
            return MemberDiscovery.class;
        }

        @Override
        @SuppressWarnings("rawtypes") // the engine's signature
        public DiscoveryStrategy newDiscoveryStrategy(
                @Nullable DiscoveryNode self, ILogger logger, Map<String, Comparable> properties) {
            return new MemberDiscovery(logger, others);
        }

        @Override
        public Collection<PropertyDefinition> getConfigurationProperties() {
            return List.of();
        }
    }
}
