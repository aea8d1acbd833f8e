package io.pushmanager.nodeclient;

import io.pushmanager.core.message.PushMessage;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The way to one process of a Connect-Node. Keeps itself connected from {@link #connect} to {@link #close}.
 *
 * <p><b>Order:</b> pushes are written in the order of {@link #send}; replies come in any order.
 * <b>Bound:</b> none of its own; the caller has at most {@code workers} sends under way.
 * <b>Failure:</b> a {@code send} always completes, with a value, at its deadline at the latest; it never fails.
 * <b>Thread:</b> confined to the event loop that made it; the listener is called there.
 */
interface NodeLink {

    /** Told of every change, and of nothing else. */
    interface Listener {
        void connected();

        void disconnected(String reason);
    }

    /** Starts to connect, and goes on until it works. Returns at once. */
    void connect();

    boolean isConnected();

    /** Why this link will never work again, or null while it may: another process answers at the node's address. */
    @Nullable
    String deadReason();

    /** One attempt. Nothing is sent while not connected: the reply is {@code Unprocessed} then. */
    Future<LinkReply> send(PushMessage message, long deadlineNanos);

    /** Ends every send that is under way and lets go of every connection and timer. */
    Future<Void> close();
}
