package io.pushmanager.nodeclient;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * Memory for batches, used again once they are written: a push that goes to many nodes is copied for each, and that copy
 * would be most of the garbage of a link.
 *
 * <p><b>Bound:</b> {@value #MAX_KEPT} buffers of {@value #MAX_KEPT_BYTES} bytes at most are kept. <b>Thread:</b> its link's event loop.
 * <b>Failure:</b> what is never said to be written is left to the garbage collector.
 */
final class BatchBuffers {

    private static final int MAX_KEPT = 3;
    private static final int MAX_KEPT_BYTES = 512 * 1024;
    private static final int LEAST_BYTES = 4 * 1024;

    private final ArrayDeque<Buffer> free = new ArrayDeque<>(MAX_KEPT);

    /** A buffer with room for {@code size} bytes, whatever they are now. */
    Buffer take(int size) {
        Buffer kept = free.pollLast();
        if (kept != null && kept.length() >= size) {
            return kept;
        }
        int room = Math.max(LEAST_BYTES, Integer.highestOneBit(size - 1) << 1);
        return Buffer.buffer(new byte[room]);
    }

    /** The buffer is free once {@code written} is complete, well or not: its bytes have left then, or never will. */
    void giveBack(Buffer buffer, Future<Void> written) {
        written.onComplete(done -> {
            if (free.size() < MAX_KEPT && buffer.length() <= MAX_KEPT_BYTES) {
                free.addLast(buffer);
            }
        });
    }
}
