package io.pushmanager.core.interest;

import java.util.Arrays;

/**
 * A number for each of many hashes; 0 for all others. Open addressing with linear probing.
 *
 * <p><b>Bound:</b> 12 bytes a place; between a quarter and three quarters of them are taken, as soon as there are more than a few.
 * Where a hash stands depends on a secret of the process: ids that clients make up cannot be made to stand in one heap.
 * <b>Thread:</b> its owner's.
 */
final class HashCounts {

    private static final int FEWEST_PLACES = 16;

    /** Odd; its product with a hash decides the place. */
    private final long multiplier;

    private long[] hashes = new long[FEWEST_PLACES];
    private int[] counts = new int[FEWEST_PLACES];
    private int size;

    HashCounts(long secret) {
        this.multiplier = secret | 1;
    }

    /** How many hashes have a number other than 0. */
    int size() {
        return size;
    }

    /** @return the sum */
    int add(long hash, int change) {
        int place = find(hash);
        int before = counts[place];
        int now = before + change;
        if (now == 0) {
            if (before != 0) {
                remove(place);
            }
            return 0;
        }
        hashes[place] = hash;
        counts[place] = now;
        if (before == 0) {
            size++;
            if (4 * size > 3 * counts.length) {
                resize(2 * counts.length);
            }
        }
        return now;
    }

    void clear() {
        if (counts.length == FEWEST_PLACES) {
            Arrays.fill(counts, 0);
        } else {
            hashes = new long[FEWEST_PLACES];
            counts = new int[FEWEST_PLACES];
        }
        size = 0;
    }

    /** The hashes whose number is above 0, or below, in no order. */
    long[] withSign(int sign) {
        long[] found = new long[size];
        int length = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0 && (counts[i] > 0) == (sign > 0)) {
                found[length++] = hashes[i];
            }
        }
        return length == found.length ? found : Arrays.copyOf(found, length);
    }

    private int find(long hash) {
        int mask = counts.length - 1;
        int place = start(hash);
        while (counts[place] != 0 && hashes[place] != hash) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void remove(int free) {
        int mask = counts.length - 1;
        int gap = free;
        for (int place = (gap + 1) & mask; counts[place] != 0; place = (place + 1) & mask) {
            int from = start(hashes[place]);
            if (((place - from) & mask) >= ((place - gap) & mask)) { // it may stand in the gap
                hashes[gap] = hashes[place];
                counts[gap] = counts[place];
                gap = place;
            }
        }
        counts[gap] = 0;
        size--;
        if (counts.length > FEWEST_PLACES && 4 * size < counts.length) {
            resize(counts.length / 2);
        }
    }

    private void resize(int places) {
        long[] oldHashes = hashes;
        int[] oldCounts = counts;
        hashes = new long[places];
        counts = new int[places];
        for (int i = 0; i < oldCounts.length; i++) {
            if (oldCounts[i] != 0) {
                int place = find(oldHashes[i]);
                hashes[place] = oldHashes[i];
                counts[place] = oldCounts[i];
            }
        }
    }

    private int start(long hash) {
        return (int) ((hash * multiplier) >>> (Long.numberOfLeadingZeros(counts.length) + 1)); // the highest bits
    }
}
