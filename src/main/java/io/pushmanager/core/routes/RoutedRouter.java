package io.pushmanager.core.routes;

import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.fanout.NodeTable;
import io.pushmanager.core.fanout.Router;
import io.pushmanager.core.message.PushMessage;
import org.jspecify.annotations.Nullable;

/** Sends each push to the nodes that were said just before, for that push. <b>Thread:</b> fan-out's event loop only. */
public final class RoutedRouter implements Router {

    private NodeSlot @Nullable [] next;

    /** @param slots null: every node */
    void next(NodeSlot @Nullable [] slots) {
        next = slots;
    }

    @Override
    public NodeSlot[] route(PushMessage message, NodeTable table, long nowNanos) {
        NodeSlot[] slots = next;
        return slots == null ? table.openSlots() : slots;
    }
}
