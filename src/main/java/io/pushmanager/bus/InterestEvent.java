package io.pushmanager.bus;

import io.pushmanager.core.interest.InterestChange;

/**
 * What a node client tells fan-out of its node's interest.
 *
 * <p><b>Order:</b> that in which the node said it. <b>Bound:</b> each {@link Said} is answered by {@link InterestApplied}; a client reads no further
 * while too many are not.
 */
public sealed interface InterestEvent {

    String clientId();

    /** A piece of what it holds. */
    record Said(String clientId, InterestChange change) implements InterestEvent {}

    /**
     * The node promises that no client learns of a join that this manager has not acknowledged.
     *
     * @param stream over which it was granted
     * @param atVersion of the node's table when the probe arrived
     * @param untilNanos on this process's monotonic clock, counted from when the probe was sent
     */
    record Leased(String clientId, long stream, long atVersion, long untilNanos) implements InterestEvent {}
}
