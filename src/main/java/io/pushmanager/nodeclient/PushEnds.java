package io.pushmanager.nodeclient;

import io.pushmanager.core.mailbox.PushRef;

/** Told how each accepted push ended at the node. <b>Thread:</b> the node client's event loop. */
interface PushEnds {

    void ended(PushRef push, LinkReply reply);

    /** Short for the usual end: {@link LinkReply.Reported}, with every connection that it concerned written to. */
    void written(PushRef push, int matched);

    /** What was said is complete for now: called after a run of ends, or of pushes that went out. */
    void settled();
}
