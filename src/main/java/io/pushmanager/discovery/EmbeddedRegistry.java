package io.pushmanager.discovery;

import io.pushmanager.core.membership.NodeInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a process that is complete on its own: the nodes of this JVM.
 *
 * <p><b>Bound:</b> the roles of one process. <b>Order:</b> changes are told one after the other. <b>Thread:</b> any;
 * the listener is called on the thread that made the change, and must only hand it on.
 */
public final class EmbeddedRegistry {

    interface Listener {

        void put(NodeInfo node);

        void removed(String address, long revision);
    }

    // guarded by this
    private final Map<String, NodeInfo> nodes = new LinkedHashMap<>();
    private @Nullable Listener listener;
    private long revision;

    /** Registers a node, or describes it anew. */
    public synchronized void put(NodeInfo node) {
        NodeInfo current = node.withRevision(++revision);
        nodes.put(node.address(), current);
        if (listener != null) {
            listener.put(current);
        }
    }

    public synchronized void remove(String address) {
        if (nodes.remove(address) != null && listener != null) {
            listener.removed(address, ++revision);
        }
    }

    /** Tells the nodes there are, and from then on every change. Returns how many there are. */
    synchronized int listen(Listener newListener) {
        listener = newListener;
        nodes.values().forEach(newListener::put);
        return nodes.size();
    }

    synchronized void silence() {
        listener = null;
    }
}
