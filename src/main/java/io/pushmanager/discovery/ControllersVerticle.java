package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Connect-Node which Controllers etcd knows. Consumers of {@link Addresses#CONTROLLERS} must be there before it is
 * deployed. <b>Thread:</b> its own event loop.
 */
public final class ControllersVerticle extends VerticleBase implements RegistryMirror.Listener {

    private final EtcdAccess etcd;
    private @Nullable RegistryMirror mirror;
    private @Nullable Bus bus;

    public ControllersVerticle(EtcdAccess etcd) {
        this.etcd = etcd;
    }

    @Override
    public Future<?> start() {
        bus = Bus.of(vertx);
        mirror = new RegistryMirror(Role.CONTROLLER_MANAGER, etcd, vertx, context, this);
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
    public void up(NodeInfo controller) {
        tell(controller, !controller.draining());
    }

    @Override
    public void changed(NodeInfo controller) {
        tell(controller, !controller.draining());
    }

    @Override
    public void down(NodeInfo controller, String reason) {
        tell(controller, false);
    }

    private void tell(NodeInfo controller, boolean isUp) {
        if (bus != null) {
            bus.publish(Addresses.CONTROLLERS, new ControllerSeen(controller.address(), isUp));
        }
    }
}
