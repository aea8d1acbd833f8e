package io.pushmanager.app;

import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.discovery.EmbeddedDiscoveryVerticle;
import io.pushmanager.discovery.EmbeddedRegistry;
import io.pushmanager.discovery.ManagersVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.Optional;

/** The roles of one process meet in memory. */
final class EmbeddedDiscovery implements Discovery {

    private final Platform platform;
    private final Map<String, String> managers;
    private final EmbeddedRegistry registry = new EmbeddedRegistry();

    /** @param managers manager ids of this process by instance_id */
    EmbeddedDiscovery(Platform platform, Map<String, String> managers) {
        this.platform = platform;
        this.managers = managers;
    }

    @Override
    public Future<Registration> register(Role role, NodeInfo self, RegistrationState state, boolean readinessWaits) {
        boolean isNode = role == Role.CONNECT_NODE; // nobody looks for the others here
        if (isNode) {
            registry.put(self);
        }
        return Future.succeededFuture(new Registration() {
            @Override
            public Future<Void> announceDrain() {
                if (isNode) {
                    registry.put(self.asDraining());
                }
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> revoke() {
                registry.remove(self.address());
                return Future.succeededFuture();
            }
        });
    }

    @Override
    public VerticleBase nodes(String managerId, RegistrationState ownRegistration) {
        return new EmbeddedDiscoveryVerticle(
                registry, managerId, platform.meters(), platform.health(), platform.clocks());
    }

    @Override
    public VerticleBase managers(RegistrationState ownRegistration) {
        return ManagersVerticle.embedded(managers, platform.health(), platform.clocks());
    }

    @Override
    public Optional<VerticleBase> namesakes() {
        return Optional.empty();
    }

    /** The one of this process, if there is one, is known without being found. */
    @Override
    public Optional<VerticleBase> controllers() {
        return Optional.empty();
    }

    @Override
    public Optional<VerticleBase> clusterMembers() {
        return Optional.empty();
    }

    @Override
    public Optional<VerticleBase> registeredNodes() {
        return Optional.empty();
    }
}
