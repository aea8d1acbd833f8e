package io.pushmanager.core.output;

/** How a frame of a push ended that did not leave, or end, at once. */
public enum FrameEnd {
    /** Handed to the transport, beyond recall. */
    WRITTEN,
    /** Given up because its connection is too slow, or is gone. */
    DROPPED_SLOW,
    /** Its time was over before the connection took it. */
    EXPIRED,
    /** A newer push with the same target, priority and key has taken its place. */
    CONFLATED
}
