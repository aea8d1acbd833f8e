package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Controller which Connect-Nodes come to etcd and leave it. Consumers of {@link Addresses#REGISTERED_NODES} must be
 * there before it is deployed. <b>Thread:</b> its own event loop.
 */
public final class RegisteredNodesVerticle extends VerticleBase implements RegistryMirror.Listener {

    private final EtcdAccess etcd;
    private @Nullable RegistryMirror mirror;
    private @Nullable Bus bus;

    public RegisteredNodesVerticle(EtcdAccess etcd) {
        this.etcd = etcd;
    }

    @Override
    public Future<?> start() {
        bus = Bus.of(vertx);
        mirror = new RegistryMirror(Role.CONNECT_NODE, etcd, vertx, context, this);
        mirror.start();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (mirror != null) {
            mirror.stop();
        }
        return Future.succeededFuture();
    }

    @Override
    public void up(NodeInfo node) {
        tell(new MembershipEvent.NodeUp(node));
    }

    @Override
    public void changed(NodeInfo node) {
        tell(new MembershipEvent.NodeChanged(node, false));
    }

    @Override
    public void down(NodeInfo node, String reason) {
        tell(new MembershipEvent.NodeDown(node, reason));
    }

    private void tell(MembershipEvent event) {
        if (bus != null) {
            bus.publish(Addresses.REGISTERED_NODES, event);
        }
    }
}
