package io.pushmanager.core.interest;

import java.util.function.IntPredicate;

/**
 * Pairs of a hash and a holder, in segments that grow by themselves, so that growing never stops everything.
 *
 * <p>A hash is kept as a number that stands for it and nothing else, and that nobody can foretell without the secret: ids that clients
 * make up cannot be made to stand in one heap. <b>Bound:</b> that of {@link HashSegment}. <b>Thread:</b> its owner's.
 */
final class HashTable {

    private static final int SEGMENT_BITS = 10;
    static final int SEGMENTS = 1 << SEGMENT_BITS;

    private final HashSegment[] segments = new HashSegment[SEGMENTS];
    /** Odd, so that no two hashes become one. */
    private final long multiplier;

    private long entries;
    private long places;

    /** @param secret another one in each process */
    HashTable(long secret) {
        multiplier = secret | 1;
        for (int i = 0; i < SEGMENTS; i++) {
            segments[i] = new HashSegment();
        }
    }

    void add(long hash, int holder) {
        long key = key(hash);
        HashSegment segment = segment(key);
        int before = segment.places();
        if (segment.add(key, holder)) {
            entries++;
        }
        places += segment.places() - before;
    }

    void remove(long hash, int holder) {
        long key = key(hash);
        HashSegment segment = segment(key);
        int before = segment.places();
        if (segment.remove(key, holder)) {
            entries--;
        }
        places += segment.places() - before;
    }

    boolean contains(long hash, int holder) {
        long key = key(hash);
        return segment(key).contains(key, holder);
    }

    void holders(long hash, HolderList to) {
        long key = key(hash);
        segment(key).holders(key, to);
    }

    void clean(int segment, IntPredicate keep) {
        int before = segments[segment].places();
        entries -= segments[segment].clean(keep);
        places += segments[segment].places() - before;
    }

    long entries() {
        return entries;
    }

    long bytes() {
        return places * HashSegment.BYTES_PER_PLACE;
    }

    private long key(long hash) {
        long product = hash * multiplier;
        return product
                ^ product >>> Integer.SIZE; // the low bits of a product know nothing of the high ones of the hash
    }

    private HashSegment segment(long key) {
        return segments[(int) (key >>> (Long.SIZE - SEGMENT_BITS))];
    }
}
