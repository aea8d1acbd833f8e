package io.pushmanager.core.fanout;

import io.pushmanager.core.message.PushMessage;

/**
 * Decides which nodes a push concerns: the seam of {@code routing.mode}.
 *
 * <p>An answer must not be written to afterwards; it may be the table's own array. A router that needs to ask somebody
 * first does so before the push reaches {@link FanOut}, which never waits.
 */
@FunctionalInterface
public interface Router {

    NodeSlot[] route(PushMessage message, NodeTable table);

    /** Every push to every node: each node decides whom it concerns. */
    static Router broadcast() {
        return (message, table) -> table.openSlots();
    }
}
