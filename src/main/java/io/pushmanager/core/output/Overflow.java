package io.pushmanager.core.output;

/** What happens to a connection for which too much waits, or for too long. */
public enum Overflow {
    /** It is closed, and what waits is dropped. */
    DISCONNECT,
    /** The oldest pushes of the lowest priority are dropped, and the client is told how many were. */
    DROP_OLDEST
}
