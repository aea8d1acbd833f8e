package io.pushmanager.core.interest;

import java.util.Arrays;

/** Holders that a look-up has found. Used again for the next. */
final class HolderList {

    private int[] holders = new int[16];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int holder) {
        if (size == holders.length) {
            holders = Arrays.copyOf(holders, 2 * size);
        }
        holders[size] = holder;
        size++;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return holders[index];
    }
}
