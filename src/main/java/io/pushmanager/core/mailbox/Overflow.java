package io.pushmanager.core.mailbox;

/** What becomes of a push that finds a full mailbox: {@code node-client.mailbox.overflow}. */
public enum Overflow {
    /** It is rejected, so that whoever was told "accepted" can rely on it. */
    REJECT_NEW,
    /** The oldest that waits, of the lowest priority there is and at most the new one's, makes room and fails. */
    DROP_OLDEST,
    /** It waits outside for room, and only its own answer with it. */
    WAIT
}
