package io.pushmanager.nodeclient;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Memory for batches, used again once they are written: a push that goes to many nodes is copied for each, and that copy
 * would be most of the garbage of a link. It is outside the heap, where the kernel reads it without another copy.
 *
 * <p><b>Bound:</b> {@value #MAX_KEPT} buffers of {@value #MAX_KEPT_BYTES} bytes at most are kept. <b>Thread:</b> its link's event loop.
 * <b>Failure:</b> what is never said to be written is left to the garbage collector.
 */
final class BatchBuffers {

    private static final int MAX_KEPT = 3;
    private static final int MAX_KEPT_BYTES = 512 * 1024;
    private static final int LEAST_BYTES = 4 * 1024;

    private final ArrayDeque<Batch> free = new ArrayDeque<>(MAX_KEPT);

    /** A buffer of exactly {@code size} bytes, whatever they are now. */
    Batch take(int size) {
        Batch kept = free.pollLast();
        Batch batch = kept != null && kept.memory.capacity() >= size ? kept : new Batch(roomFor(size));
        batch.memory.setIndex(0, size);
        return batch;
    }

    private static int roomFor(int size) {
        return Math.max(LEAST_BYTES, Integer.highestOneBit(size - 1) << 1);
    }

    /** The memory of one batch. */
    final class Batch implements Completable<Void> {

        // The garbage collector's, and nobody's to release: Vert.x never gives back what it was given to write.
        private final ByteBuf memory;
        private final Buffer buffer;

        private Batch(int room) {
            memory = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(room));
            buffer = BufferInternal.buffer(memory);
        }

        Buffer buffer() {
            return buffer;
        }

        /** It is free once {@code written} is complete, well or not: its bytes have left then, or never will. */
        void freeAfter(Future<Void> written) {
            written.onComplete(this);
        }

        @Override
        public void complete(@Nullable Void done, @Nullable Throwable failure) {
            if (free.size() < MAX_KEPT && memory.capacity() <= MAX_KEPT_BYTES) {
                free.addLast(this);
            }
        }
    }
}
