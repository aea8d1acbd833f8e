package io.pushmanager.discovery;

import io.pushmanager.config.Role;
import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.Membership;
import io.pushmanager.core.membership.MembershipAction;
import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who of one role is in etcd, told one by one. A key that goes is told at once: whether its process lives is for the
 * listener to judge. <b>Thread:</b> the context it was started on.
 */
final class RegistryMirror implements EtcdPrefixWatch.Listener {

    /** Told of who comes and goes. */
    interface Listener {

        void up(NodeInfo process);

        void changed(NodeInfo process);

        void down(NodeInfo process, String reason);
    }

    private static final Logger log = LoggerFactory.getLogger(RegistryMirror.class);

    private final Role role;
    private final EtcdAccess etcd;
    private final Listener listener;
    private final Membership members = new Membership(0);
    private final LogBudget warnings;
    private final EtcdPrefixWatch watch;

    RegistryMirror(Role role, EtcdAccess etcd, Vertx vertx, Context context, Listener listener) {
        this.role = role;
        this.etcd = etcd;
        this.listener = listener;
        this.warnings = new LogBudget(20, etcd.clocks());
        this.watch = new EtcdPrefixWatch(role, etcd, vertx, context, this);
    }

    void start() {
        watch.start();
    }

    void stop() {
        watch.stop();
    }

    @Override
    public void changed(Change<EtcdEntry> change) {
        String address = change.key().substring(role.prefix().length());
        if (change instanceof Change.Put<EtcdEntry> put) {
            try {
                NodeInfo process = EtcdValue.read(role, address, put.value().value(), put.revision());
                carryOut(members.put(process, put.value().leased()));
            } catch (EtcdValue.BadValueException bad) {
                carryOut(members.invalid(address, put.revision(), String.valueOf(bad.getMessage())));
            }
        } else {
            carryOut(members.deleted(
                    address, change.revision(), null, etcd.clocks().nanoTime()));
        }
    }

    @Override
    public void listed() {
        // Nobody waits for the first list.
    }

    @Override
    public void away() {
        // Who was there stays: etcd being away says nothing of them.
    }

    @Override
    public void back() {
        // as above
    }

    /** {@link SharedManagerIds} says it, for as long as it lasts. */
    private boolean isSharedManagerId(MembershipAction.Warned warned) {
        return role == Role.PUSH_MANAGER && warned.warning() == MembershipAction.Warning.SAME_NODE_ID;
    }

    private void carryOut(List<MembershipAction> actions) {
        for (MembershipAction action : actions) {
            if (action instanceof MembershipAction.Up up) {
                listener.up(up.node());
            } else if (action instanceof MembershipAction.Changed changed) {
                listener.changed(changed.node());
            } else if (action instanceof MembershipAction.Down down) {
                listener.down(down.node(), down.reason());
            } else if (action instanceof MembershipAction.Warned warned && !isSharedManagerId(warned)) {
                warnings.run(() -> log.warn("{}: {}", role.label(), LogText.safe(warned.text())));
            }
        }
    }
}
