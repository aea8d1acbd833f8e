package io.pushmanager.core.interest;

import java.util.function.IntPredicate;

/**
 * Pairs of a hash and a holder: open addressing with linear probing, and removal that closes the gap it leaves. The holders of one
 * hash are found one after the other.
 *
 * <p><b>Bound:</b> {@value #BYTES_PER_PLACE} bytes a place; of more than {@value #FEWEST_PLACES} places between a quarter and three
 * quarters are taken, which makes 16 to 48 bytes a pair.
 * <b>Thread:</b> its owner's.
 */
final class HashSegment {

    static final int BYTES_PER_PLACE = Long.BYTES + Integer.BYTES;

    private static final int FEWEST_PLACES = 8;
    private static final int EMPTY = 0;
    private static final long[] NO_HASHES = {};
    private static final int[] NO_HOLDERS = {};

    private long[] hashes = NO_HASHES;
    /** From 1; {@link #EMPTY} where the place is free. */
    private int[] holders = NO_HOLDERS;

    private int size;

    int size() {
        return size;
    }

    int places() {
        return holders.length;
    }

    /** @return whether it was not there */
    boolean add(long hash, int holder) {
        if (4 * (size + 1) > 3 * holders.length) {
            resize(Math.max(FEWEST_PLACES, 2 * holders.length));
        }
        int place = find(hash, holder);
        if (holders[place] != EMPTY) {
            return false;
        }
        hashes[place] = hash;
        holders[place] = holder;
        size++;
        return true;
    }

    /** @return whether it was there */
    boolean remove(long hash, int holder) {
        if (size == 0) {
            return false;
        }
        int place = find(hash, holder);
        if (holders[place] == EMPTY) {
            return false;
        }
        close(place);
        size--;
        if (holders.length > FEWEST_PLACES && 4 * size < holders.length) {
            resize(holders.length / 2);
        }
        return true;
    }

    boolean contains(long hash, int holder) {
        return size > 0 && holders[find(hash, holder)] != EMPTY;
    }

    /** Adds the holders of a hash to {@code to}. */
    void holders(long hash, HolderList to) {
        if (size == 0) {
            return;
        }
        int mask = holders.length - 1;
        for (int place = start(hash, mask); holders[place] != EMPTY; place = (place + 1) & mask) {
            if (hashes[place] == hash) {
                to.add(holders[place]);
            }
        }
    }

    /** Keeps only the holders that {@code keep} says. @return how many pairs have gone */
    int clean(IntPredicate keep) {
        int kept = 0;
        for (int holder : holders) {
            if (holder != EMPTY && keep.test(holder)) {
                kept++;
            }
        }
        int gone = size - kept;
        if (gone > 0) {
            for (int place = 0; place < holders.length; place++) {
                if (holders[place] != EMPTY && !keep.test(holders[place])) {
                    holders[place] = EMPTY; // closed by what follows
                }
            }
            size = kept;
            resize(placesFor(kept));
        }
        return gone;
    }

    private static int placesFor(int pairs) {
        int places = FEWEST_PLACES;
        while (2 * pairs > places) {
            places *= 2;
        }
        return pairs == 0 ? 0 : places;
    }

    /** Where the pair is, or the free place where it would go. */
    private int find(long hash, int holder) {
        int mask = holders.length - 1;
        int place = start(hash, mask);
        while (holders[place] != EMPTY && (hashes[place] != hash || holders[place] != holder)) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void close(int free) {
        int mask = holders.length - 1;
        int gap = free;
        for (int place = (gap + 1) & mask; holders[place] != EMPTY; place = (place + 1) & mask) {
            int from = start(hashes[place], mask);
            if (((place - from) & mask) >= ((place - gap) & mask)) { // it may stand in the gap
                hashes[gap] = hashes[place];
                holders[gap] = holders[place];
                gap = place;
            }
        }
        holders[gap] = EMPTY;
    }

    private void resize(int places) {
        long[] oldHashes = hashes;
        int[] oldHolders = holders;
        hashes = new long[places];
        holders = new int[places];
        int mask = places - 1;
        for (int i = 0; i < oldHolders.length; i++) {
            if (oldHolders[i] != EMPTY) {
                int place = start(oldHashes[i], mask);
                while (holders[place] != EMPTY) {
                    place = (place + 1) & mask;
                }
                hashes[place] = oldHashes[i];
                holders[place] = oldHolders[i];
            }
        }
    }

    /** The low bits: the high ones have chosen the segment. */
    private static int start(long hash, int mask) {
        return (int) hash & mask;
    }
}
