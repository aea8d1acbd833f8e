package io.pushmanager.app;

import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.discovery.DiscoveryConfig;
import io.pushmanager.discovery.EtcdAccess;
import io.pushmanager.discovery.EtcdDiscoveryVerticle;
import io.pushmanager.discovery.ManagersVerticle;
import io.pushmanager.discovery.RegistrarVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.pushmanager.discovery.RegistryMirrorVerticle;
import io.pushmanager.discovery.SharedManagerIds;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Processes meet through etcd. */
final class EtcdDiscovery implements Discovery {

    private final Platform platform;
    private final EtcdAccess etcd;
    private final long announceMillis;
    private final SharedManagerIds ids;
    private final boolean hasNode;

    /** @param hasNode whether a Connect-Node is in this process: it looks at the managers anyway */
    EtcdDiscovery(Platform platform, DiscoveryConfig config, boolean hasNode) {
        this.ids = new SharedManagerIds(platform.health(), platform.meters());
        this.hasNode = hasNode;
        this.platform = platform;
        this.etcd = new EtcdAccess(config, platform.clocks());
        this.announceMillis = config.callTimeout().toMillis();
    }

    @Override
    public Future<Registration> register(Role role, NodeInfo self, RegistrationState state, boolean readinessWaits) {
        RegistrarVerticle registrar =
                new RegistrarVerticle(etcd, role, self, state, readinessWaits ? platform.health() : null);
        return platform.vertx().deployVerticle(registrar).map(id -> new Registration() {
            @Override
            public Future<Void> announceDrain() {
                return registrar
                        .announceDrain()
                        .timeout(announceMillis, TimeUnit.MILLISECONDS)
                        .otherwiseEmpty(); // etcd is away: the lease ends by itself
            }

            @Override
            public Future<Void> revoke() {
                return platform.vertx().undeploy(id).otherwiseEmpty();
            }
        });
    }

    @Override
    public VerticleBase nodes(String managerId, RegistrationState ownRegistration) {
        return new EtcdDiscoveryVerticle(etcd, managerId, ownRegistration, platform.meters(), platform.health());
    }

    @Override
    public VerticleBase managers(RegistrationState ownRegistration) {
        return ManagersVerticle.inEtcd(etcd, ownRegistration, ids, platform.health());
    }

    @Override
    public Optional<VerticleBase> namesakes() {
        return hasNode ? Optional.empty() : Optional.of(RegistryMirrorVerticle.managers(etcd, ids));
    }

    @Override
    public Optional<VerticleBase> controllers() {
        return Optional.of(RegistryMirrorVerticle.controllers(etcd, platform.bus()));
    }

    @Override
    public Optional<VerticleBase> clusterMembers() {
        return Optional.of(RegistryMirrorVerticle.clusterMembers(etcd, platform.bus()));
    }

    @Override
    public Optional<VerticleBase> registeredNodes() {
        return Optional.of(RegistryMirrorVerticle.connectNodes(etcd, platform.bus()));
    }
}
