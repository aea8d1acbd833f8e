package io.pushmanager.core.link;

/**
 * How much of a session is under way: sent and not yet consumed by the node.
 *
 * <p><b>Bound:</b> batches, by the manager's choice, and one more for what is urgent; pushes and bytes, by the node's. One push always fits when nothing is under
 * way. <b>Thread:</b> its session's.
 */
final class SendWindow {

    private final LinkLimits limits;
    /** The last id of each batch that is not consumed, oldest first. */
    private final long[] batchEnds;

    private int firstBatch;
    private int batches;

    private int maxPushes;
    private long maxBytes;
    private long consumed;
    /** The id to be written next. */
    private long cursor = 1;

    private long bytes;

    SendWindow(LinkLimits limits) {
        this.limits = limits;
        this.batchEnds = new long[limits.batches() + 1];
    }

    /** Everything up to this id is consumed. */
    long consumed() {
        return consumed;
    }

    /** The id to be written next. */
    long cursor() {
        return cursor;
    }

    boolean isFullOfBatches() {
        return batches >= limits.batches();
    }

    /** Not even an urgent batch may be added. */
    boolean isFullOfUrgentBatches() {
        return batches >= batchEnds.length;
    }

    /** Whether the next push may go into this batch. */
    boolean fits(SendBatch batch, int size) {
        if (batch.size() >= limits.batchPushes() || (batch.size() > 0 && batch.bytes() + size > limits.batchBytes())) {
            return false;
        }
        long pushes = cursor - 1 - consumed;
        return pushes == 0 || (pushes < maxPushes && bytes + size <= maxBytes);
    }

    /** The next push was put into a batch. */
    void wrote(int size) {
        cursor++;
        bytes += size;
    }

    void endBatch() {
        addBatch(cursor - 1);
    }

    private void addBatch(long end) {
        batchEnds[(firstBatch + batches) % batchEnds.length] = end;
        batches++;
    }

    /** Goes on after a break, as far as the node has come. */
    void resume(long receivedThrough, int pushes, long pushBytes, SentRing sent) {
        maxPushes = pushes;
        maxBytes = pushBytes;
        cursor = receivedThrough + 1;
        bytes = 0;
        batches = 0;
        for (long id = consumed + 1; id <= receivedThrough; id++) {
            LinkEntry entry = sent.get(id);
            bytes += entry == null ? 0 : entry.size;
        }
        if (receivedThrough > consumed) {
            addBatch(receivedThrough);
        }
    }

    /** The node has the next push behind it. */
    void consume(int size) {
        consumed++;
        bytes -= size;
        if (batches > 0 && batchEnds[firstBatch] <= consumed) {
            firstBatch = (firstBatch + 1) % batchEnds.length;
            batches--;
        }
    }

    /** Ids begin at 1 again, and nothing is under way. */
    void clear() {
        batches = 0;
        consumed = 0;
        cursor = 1;
        bytes = 0;
    }
}
