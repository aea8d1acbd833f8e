package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ClusterMemberSeen;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.MembershipAction;
import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Tells the bus who comes to etcd in one role, and who leaves it. Consumers must be there before it is deployed.
 *
 * <p><b>Thread:</b> its own event loop.
 */
public final class RegistryMirrorVerticle extends VerticleBase {

    private final Role role;
    private final EtcdAccess etcd;
    private final RegistryMirror.Listener listener;
    private @Nullable RegistryMirror mirror;

    private RegistryMirrorVerticle(Role role, EtcdAccess etcd, RegistryMirror.Listener listener) {
        this.role = role;
        this.etcd = etcd;
        this.listener = listener;
    }

    /** For those who talk to Controllers: {@link Addresses#CONTROLLERS}. One that drains counts as gone. */
    public static RegistryMirrorVerticle controllers(EtcdAccess etcd, Bus bus) {
        return new RegistryMirrorVerticle(Role.CONTROLLER_MANAGER, etcd, new RegistryMirror.Listener() {
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
                bus.publish(Addresses.CONTROLLERS, new ControllerSeen(controller.address(), isUp));
            }
        });
    }

    /** For a Controller: {@link Addresses#REGISTERED_NODES}. */
    public static RegistryMirrorVerticle connectNodes(EtcdAccess etcd, Bus bus) {
        return new RegistryMirrorVerticle(Role.CONNECT_NODE, etcd, new RegistryMirror.Listener() {
            @Override
            public void up(NodeInfo node) {
                bus.publish(Addresses.REGISTERED_NODES, new MembershipEvent.NodeUp(node));
            }

            @Override
            public void changed(NodeInfo node) {
                bus.publish(Addresses.REGISTERED_NODES, new MembershipEvent.NodeChanged(node, false));
            }

            @Override
            public void down(NodeInfo node, String reason) {
                bus.publish(Addresses.REGISTERED_NODES, new MembershipEvent.NodeDown(node, reason));
            }
        });
    }

    /** For a Push-Manager, which should be the only one of its name. */
    public static RegistryMirrorVerticle managers(EtcdAccess etcd, SharedManagerIds ids) {
        return new RegistryMirrorVerticle(Role.PUSH_MANAGER, etcd, new RegistryMirror.Listener() {
            @Override
            public void up(NodeInfo manager) {
                ids.tell(new MembershipAction.Up(manager));
            }

            @Override
            public void changed(NodeInfo manager) {
                ids.tell(new MembershipAction.Changed(manager, false));
            }

            @Override
            public void down(NodeInfo manager, String reason) {
                ids.tell(new MembershipAction.Down(manager, reason));
            }
        });
    }

    /** For a member of the bus's cluster: {@link Addresses#CLUSTER_MEMBERS}. */
    public static RegistryMirrorVerticle clusterMembers(EtcdAccess etcd, Bus bus) {
        return new RegistryMirrorVerticle(Role.PUSH_MANAGER, etcd, new RegistryMirror.Listener() {
            @Override
            public void up(NodeInfo manager) {
                tell(manager, true);
            }

            @Override
            public void changed(NodeInfo manager) {
                tell(manager, true);
            }

            @Override
            public void down(NodeInfo manager, String reason) {
                tell(manager, false);
            }

            private void tell(NodeInfo manager, boolean isUp) {
                if (!manager.clusterAddress().isEmpty()) {
                    bus.publish(
                            Addresses.CLUSTER_MEMBERS,
                            new ClusterMemberSeen(manager.instanceId(), manager.clusterAddress(), isUp));
                }
            }
        });
    }

    @Override
    public Future<?> start() {
        mirror = new RegistryMirror(role, etcd, vertx, context, listener);
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
}
