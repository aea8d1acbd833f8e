package io.pushmanager.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Nanoseconds in buckets of 1.6 %: 64 for each power of two, numbered as the Go seed's driver expects them.
 *
 * <p><b>Thread:</b> any. <b>Bound:</b> 30 KB, whatever is recorded.
 */
final class ReceiptHistogram {

    private static final int SUB_BITS = 6;

    private final AtomicLongArray buckets = new AtomicLongArray((64 - SUB_BITS) << SUB_BITS);

    void record(long nanos) {
        buckets.incrementAndGet(bucketOf(Math.max(0, nanos)));
    }

    static int bucketOf(long nanos) {
        if (nanos < 1 << SUB_BITS) {
            return (int) nanos;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos) - SUB_BITS;
        return (exponent << SUB_BITS) + (int) (nanos >>> exponent);
    }

    /** The buckets that hold anything, by number. */
    void writeTo(ObjectNode json) {
        for (int i = 0; i < buckets.length(); i++) {
            long count = buckets.get(i);
            if (count > 0) {
                json.put(Integer.toString(i), count);
            }
        }
    }
}
