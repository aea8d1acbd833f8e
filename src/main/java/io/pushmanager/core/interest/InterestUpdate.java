package io.pushmanager.core.interest;

/**
 * One frame of what a node tells a manager. The arrays are not written to.
 *
 * @param version of the manager's table once this is applied. The parts of a snapshot share one, each other update has one more than
 *     what came before
 * @param snapshot a part of a snapshot; the first makes the manager forget what it knew
 * @param more parts of the snapshot follow
 * @param allUsers the node counts as interested in every user, and names none
 */
@SuppressWarnings("ArrayRecordComponent")
public record InterestUpdate(
        long version,
        boolean snapshot,
        boolean more,
        boolean allUsers,
        long[] roomsAdded,
        long[] roomsRemoved,
        long[] usersAdded,
        long[] usersRemoved) {}
