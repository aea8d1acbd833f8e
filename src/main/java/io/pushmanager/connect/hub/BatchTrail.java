package io.pushmanager.connect.hub;

import io.pushmanager.core.explain.NodeDelivery;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When one batch came and went. <b>Thread:</b> any; each event loop says once that it has written it, and at most once that it has
 * flushed what it wrote.
 */
final class BatchTrail {

    private final String[] messageIds;
    private final int bytes;
    private final long receivedNanos;
    private final AtomicInteger unwritten;
    private final AtomicInteger unflushed;
    private volatile long writtenNanos;
    private volatile long flushedNanos;
    private volatile boolean anyFlushed;

    BatchTrail(String[] messageIds, int loops, int bytes, long receivedNanos) {
        this.messageIds = messageIds;
        this.bytes = bytes;
        this.receivedNanos = receivedNanos;
        this.unwritten = new AtomicInteger(loops);
        this.unflushed = new AtomicInteger(loops);
    }

    long receivedNanos() {
        return receivedNanos;
    }

    int bytes() {
        return bytes;
    }

    boolean has(String messageId) {
        for (String id : messageIds) {
            if (id.equals(messageId)) {
                return true;
            }
        }
        return false;
    }

    /** @param isFlushDue whether a flush follows for what was written; it was written to nobody otherwise */
    void written(boolean isFlushDue, long nowNanos) {
        writtenNanos = nowNanos; // the last one counts
        unwritten.decrementAndGet();
        if (!isFlushDue) {
            unflushed.decrementAndGet();
        }
    }

    void flushed(long nowNanos) {
        flushedNanos = nowNanos;
        anyFlushed = true;
        unflushed.decrementAndGet();
    }

    /** Until it had gone out; until now while it has not. */
    long tookNanos(long nowNanos) {
        if (unwritten.get() > 0 || unflushed.get() > 0) {
            return nowNanos - receivedNanos;
        }
        return (anyFlushed ? flushedNanos : writtenNanos) - receivedNanos;
    }

    NodeDelivery view(long nowNanos) {
        boolean written = unwritten.get() == 0;
        boolean flushed = written && unflushed.get() == 0 && anyFlushed;
        // An event loop that has nobody for it may come to it after the others have flushed.
        long writtenAt = flushed
                ? Math.min(writtenNanos - receivedNanos, flushedNanos - receivedNanos)
                : writtenNanos - receivedNanos;
        return new NodeDelivery(
                nowNanos - receivedNanos,
                written ? Math.max(0, writtenAt) : -1,
                flushed ? Math.max(0, flushedNanos - receivedNanos) : -1);
    }
}
