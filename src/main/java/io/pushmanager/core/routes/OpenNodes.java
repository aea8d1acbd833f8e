package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.NodeSlot;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes that take pushes, found by what the directory calls them. Made anew when they change; immutable. */
final class OpenNodes {

    private final NodeSlot[] slots;
    private final String[] keys;
    private final Map<String, NodeSlot> byKey = new HashMap<>();
    private final Map<String, NodeSlot> byAddress = new HashMap<>();
    private final Map<String, NodeSlot> byNodeId = new HashMap<>();

    OpenNodes(NodeSlot[] slots) {
        this.slots = slots;
        this.keys = new String[slots.length];
        for (int i = 0; i < slots.length; i++) {
            NodeRef node = NodeRef.of(slots[i].node());
            keys[i] = node.key();
            byKey.put(node.key(), slots[i]);
            byAddress.put(node.address(), slots[i]);
            byNodeId.put(node.nodeId(), slots[i]);
        }
    }

    boolean isOf(NodeSlot[] others) {
        return slots == others; // the array is replaced when the nodes change, never written to
    }

    int size() {
        return slots.length;
    }

    NodeSlot slot(int index) {
        return slots[index];
    }

    String key(int index) {
        return keys[index];
    }

    /** By instance; where one side does not say which instance it is, by address or by name. */
    @Nullable
    NodeSlot find(NodeRef node) {
        NodeSlot same = byKey.get(node.key());
        if (same != null) {
            return same;
        }
        NodeSlot similar = node.address().isEmpty() ? byNodeId.get(node.nodeId()) : byAddress.get(node.address());
        boolean isSure = similar != null
                && !node.instanceId().isEmpty()
                && !similar.node().instanceId().isEmpty();
        return isSure ? null : similar;
    }
}
