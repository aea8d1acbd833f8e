package io.pushmanager.core.message;

/** When a push is answered. */
public enum AckLevel {
    /** Once it is in the mailbox of every node it concerns. */
    ACCEPTED,
    /** Once every such node has reported, or the call's deadline is near. */
    DELIVERED
}
