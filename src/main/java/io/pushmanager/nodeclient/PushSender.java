package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.MailboxEntry;
import io.pushmanager.core.outcome.Outcome;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * A node's mailbox, and one of the two ways to bring what is in it over the node's connection: a call for each push
 * ({@link MailboxWorkers}), or one stream of batches ({@link LinkSender}).
 *
 * <p><b>Outcome:</b> whatever {@link #offer} does not refuse ends exactly once, through {@link PushEnds}. <b>Order:</b> pushes of one priority for one
 * target are handed to the node in the order of the offers. <b>Thread:</b> the node client's event loop.
 */
interface PushSender {

    /**
     * Takes the push into the mailbox, or says why not; null when that is not decided yet, or the push has ended already, and {@link
     * PushEnds} tells. Nothing is sent before {@link #run}.
     */
    @Nullable
    Outcome offer(MailboxEntry entry, long nowNanos);

    /** Sends what can be sent. */
    void run();

    // what the link says; see NodeLink.Listener

    void connected(NodeConnection connection);

    void disconnected(String reason);

    void refused(String reason);

    void dead(String reason);

    boolean watchesLife();

    /** From now on every offer is rejected; what is here still goes its way. */
    void drain();

    /** Ends everything that no node has, now and from now on; what was sent may still get its result. */
    void giveUpUnsent(String reason);

    /** Ends everything. */
    void giveUp(String reason);

    /** Pushes without an outcome, those under way and those that wait for room included. */
    int messages();

    /** Those that wait for room in the mailbox. */
    int waitingForRoom();

    /** Those that were sent. */
    int inFlight();

    /** Pushes that the mailbox's bound counts: what waits, and for calls what is under way too. */
    int depth();

    /** The bytes of those. */
    long bytes();

    /** Lets go of timers and calls. For a sender whose pushes have ended. */
    Future<Void> close();
}
