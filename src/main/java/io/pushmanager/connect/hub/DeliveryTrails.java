package io.pushmanager.connect.hub;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.KeptTrails;
import io.pushmanager.core.explain.NodeDelivery;
import java.util.ArrayList;
import java.util.List;

/**
 * When the last batches came and when they had gone out to the sockets.
 *
 * <p><b>Bound:</b> {@link ExplainLimits}, of batches; contents are not kept. <b>Thread:</b> any. There is a lock, which only the one
 * event loop that takes batches wants, and whoever has a push explained.
 */
final class DeliveryTrails {

    private static final int BATCH_BYTES = 160;
    private static final int ID_BYTES = 24;
    private static final int CHAR_BYTES = 2;

    /** What failed is in the counts that the manager has; here only time says something. */
    private final KeptTrails<BatchTrail> kept;

    DeliveryTrails(ExplainLimits limits) {
        long slowNanos = limits.slowNanos();
        this.kept = new KeptTrails<>(limits, new KeptTrails.Judge<>() {
            @Override
            public KeptTrails.Fate fate(BatchTrail batch, long nowNanos) {
                return batch.tookNanos(nowNanos) > slowNanos ? KeptTrails.Fate.SLOW : KeptTrails.Fate.FORGOTTEN;
            }

            @Override
            public int bytes(BatchTrail batch) {
                return batch.bytes();
            }

            @Override
            public long sinceNanos(BatchTrail batch) {
                return batch.receivedNanos();
            }

            @Override
            public boolean isOf(BatchTrail batch, String messageId) {
                return batch.has(messageId);
            }
        });
    }

    /** A batch is about to go to its event loops. */
    BatchTrail begin(List<HubPush> pushes, int loops, long nowNanos) {
        String[] ids = new String[pushes.size()];
        int bytes = BATCH_BYTES;
        for (int i = 0; i < ids.length; i++) {
            String id = pushes.get(i).messageId();
            ids[i] = id;
            bytes += ID_BYTES + CHAR_BYTES * id.length();
        }
        BatchTrail batch = new BatchTrail(ids, loops, bytes, nowNanos);
        synchronized (kept) {
            kept.add(batch, nowNanos);
        }
        return batch;
    }

    /** Newest first. */
    List<NodeDelivery> find(String messageId, long nowNanos) {
        List<NodeDelivery> found = new ArrayList<>(1);
        synchronized (kept) {
            kept.find(messageId).forEach(batch -> found.add(batch.view(nowNanos)));
        }
        return found;
    }
}
