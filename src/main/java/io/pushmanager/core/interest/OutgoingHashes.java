package io.pushmanager.core.interest;

import java.util.Arrays;

/** Hashes of four kinds on their way out, a piece at a time. Used once. */
final class OutgoingHashes {

    private static final long[] NONE = {};

    private final long[][] kinds;
    private final int[] taken;
    private int left;

    OutgoingHashes(long[] roomsAdded, long[] roomsRemoved, long[] usersAdded, long[] usersRemoved) {
        kinds = new long[][] {roomsAdded, roomsRemoved, usersAdded, usersRemoved};
        taken = new int[kinds.length];
        for (long[] kind : kinds) {
            left += kind.length;
        }
    }

    static OutgoingHashes all(HashCounts rooms, HashCounts users) {
        return new OutgoingHashes(rooms.withSign(1), NONE, users.withSign(1), NONE);
    }

    /** Both are empty afterwards. */
    static OutgoingHashes changes(HashCounts rooms, HashCounts users) {
        OutgoingHashes changes =
                new OutgoingHashes(rooms.withSign(1), rooms.withSign(-1), users.withSign(1), users.withSign(-1));
        rooms.clear();
        users.clear();
        return changes;
    }

    boolean isEmpty() {
        return left == 0;
    }

    /** The next {@code most} hashes, by kind; fewer only when there are no more. */
    long[][] take(int most) {
        long[][] piece = new long[kinds.length][];
        int room = most;
        for (int kind = 0; kind < kinds.length; kind++) {
            int count = Math.min(room, kinds[kind].length - taken[kind]);
            piece[kind] = count == 0 ? NONE : Arrays.copyOfRange(kinds[kind], taken[kind], taken[kind] + count);
            taken[kind] += count;
            room -= count;
            left -= count;
        }
        return piece;
    }
}
