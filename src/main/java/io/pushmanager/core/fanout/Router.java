package io.pushmanager.core.fanout;

import io.pushmanager.core.message.PushMessage;

/**
 * Decides which nodes a push concerns: the seam of {@code routing.mode}.
 *
 * <p>{@code nowNanos} is a time after the push was received: what a router trusts for a limited time must hold then. An answer must not be written to afterwards; it may be the table's own array. A router that needs to ask somebody
 * first does so before the push reaches {@link FanOut}, which never waits.
 */
@FunctionalInterface
public interface Router {

    NodeSlot[] route(PushMessage message, NodeTable table, long nowNanos);

    /** This client is gone for good. */
    default void closed(NodeSlot client) {}

    /** Every push to every node: each node decides whom it concerns. */
    static Router broadcast() {
        return (message, table, nowNanos) -> table.openSlots();
    }
}
