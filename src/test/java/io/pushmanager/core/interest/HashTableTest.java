package io.pushmanager.core.interest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HashTableTest {

    private static final int HASHES = 20_000;

    @Test
    void hashesThatFollowOneAnotherAreSpread() {
        assertThat(fullestSegment(0)).isLessThan(4 * HASHES / HashTable.SEGMENTS);
    }

    @Test
    void hashesWithTheSameLowHalfAreSpread() {
        assertThat(fullestSegment(Integer.SIZE)).isLessThan(4 * HASHES / HashTable.SEGMENTS);
    }

    private static long fullestSegment(int shift) {
        HashTable table = new HashTable(0x1D8A_F066_54C9_9B15L);
        for (long i = 0; i < HASHES; i++) {
            table.add(i << shift, 1);
        }
        long most = 0;
        for (int segment = 0; segment < HashTable.SEGMENTS; segment++) {
            long before = table.entries();
            table.clean(segment, holder -> false);
            most = Math.max(most, before - table.entries());
        }
        assertThat(table.entries()).isZero();
        return most;
    }
}
