package io.pushmanager.core.link;

import io.pushmanager.core.outcome.PushError;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * How far a node is with the pushes of one session: what has arrived, and up to where everything is behind every event loop.
 *
 * <p><b>Bound:</b> the window, in pushes and in bytes; what goes beyond it is refused before it is taken. <b>Order:</b> ids leave
 * nothing out; batches may be consumed in any order, {@link #consumedThrough} moves in theirs. <b>Thread:</b> confined to one event
 * loop. <b>Failure:</b> what the manager did wrong is returned, never thrown. <b>Source:</b> docs/decisions/0008-link-v1.md
 */
public final class ReceivedPushes {

    /** A batch that was taken, to be handed back to {@link #consumed}. */
    public static final class Batch {

        private final long firstId;
        private final int count;
        private final long bytes;
        private boolean consumed;

        private Batch(long firstId, int count, long bytes) {
            this.firstId = firstId;
            this.count = count;
            this.bytes = bytes;
        }

        public long firstId() {
            return firstId;
        }
    }

    private final int windowPushes;
    private final long windowBytes;
    private final ArrayDeque<Batch> underWay = new ArrayDeque<>(4);
    private long receivedThrough;
    private long consumedThrough;
    private long bytesUnderWay;

    public ReceivedPushes(int windowPushes, long windowBytes) {
        this.windowPushes = windowPushes;
        this.windowBytes = windowBytes;
    }

    /**
     * What is wrong with a batch, or null when {@link #take} may have it.
     *
     * @param bytes of the encoded pushes
     */
    public @Nullable PushError refusal(long firstId, int count, long bytes) {
        if (firstId != receivedThrough + 1) {
            return PushError.invalid(
                    "batch.first_id", Long.toUnsignedString(firstId) + " (expected: " + (receivedThrough + 1) + ")");
        }
        if (count == 0) { // would be work without a bound
            return PushError.invalid("batch.pushes", "must not be empty");
        }
        if (isBeyondWindow(count, bytes)) {
            return PushError.invalid(
                    "batch.pushes",
                    pushesUnderWay() + count + " pushes of " + (bytesUnderWay + bytes)
                            + " bytes are over the window of " + windowPushes + " and " + windowBytes + " bytes");
        }
        return null;
    }

    /** A push that is larger than the window may come alone. */
    private boolean isBeyondWindow(int count, long bytes) {
        long pushes = pushesUnderWay() + count;
        return pushes > 1 && (pushes > windowPushes || bytesUnderWay + bytes > windowBytes);
    }

    /** Only what {@link #refusal} has nothing against. */
    public Batch take(int count, long bytes) {
        Batch batch = new Batch(receivedThrough + 1, count, bytes);
        receivedThrough += count;
        bytesUnderWay += bytes;
        underWay.add(batch);
        return batch;
    }

    /** Every event loop has the batch behind it. */
    public void consumed(Batch batch) {
        batch.consumed = true;
        for (Batch first = underWay.peekFirst(); first != null && first.consumed; first = underWay.peekFirst()) {
            underWay.removeFirst();
            consumedThrough += first.count;
            bytesUnderWay -= first.bytes;
        }
    }

    public long receivedThrough() {
        return receivedThrough;
    }

    public long consumedThrough() {
        return consumedThrough;
    }

    public long pushesUnderWay() {
        return receivedThrough - consumedThrough;
    }
}
