package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.PushRef;
import io.pushmanager.core.outcome.Outcome;

/** Told how each push ended at the node that its mailbox has not refused at once. <b>Thread:</b> the node client's event loop. */
interface PushEnds {

    /** It had to wait for room, and is in the mailbox now. */
    void admitted(PushRef push);

    /** It had to wait for room in vain. */
    void refused(PushRef push, Outcome why);

    void ended(PushRef push, LinkReply reply);

    /** Short for the usual end: {@link LinkReply.Reported}, with every connection that it concerned written to. */
    void written(PushRef push, int matched);

    /** What is {@link #written} next came with an acknowledgement at this time. */
    default void acknowledged(long nowNanos) {}

    /** What was said is complete for now: called after a run of ends, or of pushes that went out. */
    void settled();
}
