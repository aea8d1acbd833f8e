package io.pushmanager.core.interest;

/**
 * A piece of what a node says of its interest, small enough to be applied in one go. The arrays are not written to.
 *
 * @param stream tells the node's streams apart: larger for a later one
 * @param version of the node's table once the last piece of it is applied
 * @param begins forget what was known of the node: the first piece of a snapshot
 * @param ends the last piece of {@code version}
 * @param allUsers the node counts as interested in every user
 */
@SuppressWarnings("ArrayRecordComponent")
public record InterestChange(
        long stream,
        long version,
        boolean begins,
        boolean ends,
        boolean allUsers,
        long[] roomsAdded,
        long[] roomsRemoved,
        long[] usersAdded,
        long[] usersRemoved) {}
