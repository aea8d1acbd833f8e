package io.pushmanager.core.interest;

import java.util.function.IntPredicate;

/**
 * Pairs of a hash and a holder, in segments that grow by themselves, so that growing never stops everything.
 *
 * <p><b>Bound:</b> that of {@link HashSegment}. <b>Thread:</b> its owner's.
 */
final class HashTable {

    private static final int SEGMENT_BITS = 10;
    static final int SEGMENTS = 1 << SEGMENT_BITS;

    private final HashSegment[] segments = new HashSegment[SEGMENTS];
    private long entries;
    private long places;

    HashTable() {
        for (int i = 0; i < SEGMENTS; i++) {
            segments[i] = new HashSegment();
        }
    }

    void add(long hash, int holder) {
        HashSegment segment = of(hash);
        int before = segment.places();
        if (segment.add(hash, holder)) {
            entries++;
        }
        places += segment.places() - before;
    }

    void remove(long hash, int holder) {
        HashSegment segment = of(hash);
        int before = segment.places();
        if (segment.remove(hash, holder)) {
            entries--;
        }
        places += segment.places() - before;
    }

    boolean contains(long hash, int holder) {
        return of(hash).contains(hash, holder);
    }

    void holders(long hash, HolderList to) {
        of(hash).holders(hash, to);
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

    private HashSegment of(long hash) {
        return segments[(int) (hash >>> (Long.SIZE - SEGMENT_BITS))];
    }
}
