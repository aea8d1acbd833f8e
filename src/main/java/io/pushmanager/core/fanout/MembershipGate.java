package io.pushmanager.core.fanout;

import io.pushmanager.core.membership.NodeInfo;
import java.util.HashSet;
import java.util.Set;

/**
 * Says when the first list of nodes can be trusted: it is complete, and every node of it has its client. Otherwise a
 * push between the two would be told that it concerned nobody.
 *
 * <p>A client that cannot be had holds everybody up for {@code graceNanos} at most. Once open, never shut: losing
 * discovery later makes the list stale, not unknown. <b>Thread:</b> fan-out's event loop only.
 */
public final class MembershipGate {

    private final long graceNanos;
    private final Set<String> awaited = new HashSet<>();
    private final Set<String> opened = new HashSet<>();
    private boolean listed;
    private long listedAtNanos;
    private boolean open;

    public MembershipGate(long graceNanos) {
        this.graceNanos = graceNanos;
    }

    public void nodeUp(NodeInfo node) {
        if (!open && !listed && !opened.contains(identityOf(node))) {
            awaited.add(identityOf(node));
        }
    }

    public void nodeDown(NodeInfo node) {
        awaited.remove(identityOf(node));
    }

    public void clientOpened(NodeInfo node) {
        awaited.remove(identityOf(node));
        if (!open) {
            opened.add(identityOf(node));
        }
    }

    public void listed(long nowNanos) {
        if (!listed) {
            listed = true;
            listedAtNanos = nowNanos;
        }
    }

    public boolean isOpen(long nowNanos) {
        if (!open && listed && (awaited.isEmpty() || nowNanos - listedAtNanos >= graceNanos)) {
            open = true;
            awaited.clear();
            opened.clear();
        }
        return open;
    }

    private static String identityOf(NodeInfo node) {
        return node.address() + ' ' + node.instanceId();
    }
}
