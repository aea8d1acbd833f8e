package io.pushmanager.connect.socket;

/** What a socket did with a push. */
public enum Taken {
    /** It leaves with the next flush, beyond recall. */
    WRITTEN,
    /** What becomes of it is counted by its {@link io.pushmanager.core.output.Dispatch}. */
    COUNTED,
    /** Too much is waiting already. It was not taken, and the socket is to be closed. */
    TOO_SLOW
}
