package io.pushmanager.core.outcome;

/** What became of one push at one node. Every push that is offered to a node ends in exactly one of these. */
public enum Outcome {
    /** In the node's mailbox; with {@code ack = ACCEPTED} this is the end. */
    ACCEPTED,
    /** The node answered with its delivery counts. */
    REPORTED,
    /** The mailbox was full. */
    REJECTED_FULL,
    /** The node is leaving. */
    REJECTED_DRAINING,
    /** The node, or the way to it, failed. */
    FAILED,
    /** The node did not answer in time: it may or may not have delivered. */
    TIMED_OUT,
    /** The time to live ran out before the node got it. */
    EXPIRED,
    /** Replaced by a newer push with the same conflation key. */
    CONFLATED
}
