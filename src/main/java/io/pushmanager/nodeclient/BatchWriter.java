package io.pushmanager.nodeclient;

import io.pushmanager.core.link.LinkEntry;
import io.pushmanager.core.link.SendBatch;
import io.pushmanager.core.link.SendSession;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;

/**
 * Writes the batches that a session gives.
 *
 * <p><b>Bound:</b> what the session lets out, and no batch while the stream has too much to write. <b>Thread:</b> event loop only.
 */
final class BatchWriter {

    private final SendSession session;
    private final LinkKeeper keeper;
    private final Clocks clocks;
    private final Meters meters;
    private final PushSpans spans;
    private final BatchBuffers buffers = new BatchBuffers();

    BatchWriter(SendSession session, LinkKeeper keeper, Clocks clocks, Meters meters, PushSpans spans) {
        this.session = session;
        this.keeper = keeper;
        this.clocks = clocks;
        this.meters = meters;
        this.spans = spans;
    }

    /** Everything that may leave now. */
    void write() {
        long now = clocks.nanoTime();
        for (LinkStream open = keeper.writableStream(); open != null; open = keeper.writableStream()) {
            SendBatch batch = session.next(now);
            if (batch == null) {
                return;
            }
            if (spans.isOn()) {
                beginSpans(batch);
            }
            write(open, batch, now);
            meters.linkBatchSent(batch.size());
        }
    }

    private void write(LinkStream open, SendBatch batch, long now) {
        long ackSeen = session.ackSeen();
        int size = LinkFrames.batchSize(batch, ackSeen);
        BatchBuffers.Batch memory = buffers.take(size);
        LinkFrames.writeBatch(batch, now, ackSeen, memory.buffer());
        memory.freeAfter(open.write(memory.buffer()));
    }

    /** What goes out for the first time. Its parent at the node is the push's own context: the bytes are every node's. */
    private void beginSpans(SendBatch batch) {
        for (int i = batch.firstNew(); i < batch.size(); i++) {
            LinkEntry entry = session.unanswered(batch.firstId() + i);
            if (entry != null) {
                spans.begins(entry, null);
            }
        }
    }
}
