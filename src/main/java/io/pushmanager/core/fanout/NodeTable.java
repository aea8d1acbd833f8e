package io.pushmanager.core.fanout;

import io.pushmanager.core.membership.NodeInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The node clients that exist, and which of them take offers.
 *
 * <p><b>Order:</b> that of opening. <b>Thread:</b> fan-out's event loop only. The array of open slots is replaced, never
 * written to, so that a push keeps the one it was routed with and all pushes between two changes share it.
 */
public final class NodeTable {

    private static final NodeSlot[] NONE = {};

    private final Map<String, NodeSlot> known = new HashMap<>();
    private final Map<String, NodeSlot> open = new LinkedHashMap<>();
    private NodeSlot[] openSlots = NONE;

    /** Opens a client, or takes a new description of one that is open. */
    void opened(String clientId, NodeInfo node) {
        NodeSlot slot = known.get(clientId);
        if (slot == null) {
            slot = new NodeSlot(clientId, node);
            known.put(clientId, slot);
        } else {
            slot.describe(node);
        }
        open.put(clientId, slot);
        rebuild();
    }

    /** No more offers; answers may still come. */
    void closing(String clientId) {
        if (open.remove(clientId) != null) {
            rebuild();
        }
    }

    /** Gone: returns what is known of it no more; null if it never was. */
    @Nullable
    NodeSlot closed(String clientId) {
        closing(clientId);
        return known.remove(clientId);
    }

    @Nullable
    NodeSlot find(String clientId) {
        return known.get(clientId);
    }

    /** Every client that takes offers. Not to be written to. */
    public NodeSlot[] openSlots() {
        return openSlots;
    }

    private void rebuild() {
        NodeSlot[] slots = open.values().toArray(NONE);
        for (int i = 0; i < slots.length; i++) {
            slots[i].index = i;
        }
        openSlots = slots;
    }
}
