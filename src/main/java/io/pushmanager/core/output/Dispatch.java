package io.pushmanager.core.output;

import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import org.jspecify.annotations.Nullable;

/**
 * One push on its way out of one event loop, counted until the last of its frames has ended. Only a push of which something did not end
 * at once has one.
 *
 * <p><b>Bound:</b> a few numbers; shared by its frames. <b>Thread:</b> confined to its event loop.
 */
public final class Dispatch {

    /** Told of what happens after the push was handed to its connections. */
    public interface Listener {

        void ended(FrameEnd end, long frames);

        /** Every frame of the push has ended. Once, and only after {@link Dispatch#tellWhenComplete}. */
        void complete(Dispatch push);
    }

    private final Target target;
    private final Handling handling;
    private final Listener listener;
    private @Nullable ConflationSlot slot;
    private long matched;
    private long written;
    private long droppedSlow;
    private long expired;
    private long duplicate;
    private long conflated;
    private long unflushed;
    private long queued;
    private boolean told;

    public Dispatch(Target target, Handling handling, Listener listener) {
        this.target = target;
        this.handling = handling;
        this.listener = listener;
    }

    public Handling handling() {
        return handling;
    }

    /** What ended at once. To be called when every connection has been gone through. */
    public void handedOut(long allMatched, long writtenAtOnce, long droppedAtOnce, long duplicates) {
        matched = allMatched;
        written += writtenAtOnce;
        droppedSlow += droppedAtOnce;
        duplicate = duplicates;
    }

    /** A frame leaves with the next flush, unless its time is over by then. */
    public void unflushed() {
        unflushed++;
    }

    /** A frame was not flushed because its time is over. */
    public void recalled() {
        unflushed--;
        expired++;
        listener.ended(FrameEnd.EXPIRED, 1);
    }

    /** The flush is over: whatever was not recalled has left. */
    public void flushed() {
        if (unflushed > 0) {
            long frames = unflushed;
            unflushed = 0;
            written += frames;
            listener.ended(FrameEnd.WRITTEN, frames);
        }
        tellIfComplete();
    }

    public long unflushedFrames() {
        return unflushed;
    }

    /** Nothing of it waits. */
    public boolean isComplete() {
        return queued + unflushed == 0;
    }

    /** It is not complete, and somebody waits for it to be. */
    public void tellWhenComplete() {
        told = true;
    }

    /** As far as it is known now: what waits is unknown. */
    public DeliveryCounts counts() {
        return new DeliveryCounts(matched, written, droppedSlow, expired, duplicate, conflated, queued + unflushed);
    }

    void queued() {
        queued++;
    }

    /** A frame that was queued has ended. */
    void ended(FrameEnd end) {
        queued--;
        count(end);
        tellIfComplete();
    }

    /** A frame was not even queued. */
    void refused() {
        count(FrameEnd.DROPPED_SLOW);
    }

    /** Null when nothing replaces it. */
    @Nullable
    ConflationSlot slot() {
        if (slot == null && handling.conflates()) {
            slot = new ConflationSlot(target, handling.priority(), handling.conflationKey());
        }
        return slot;
    }

    private void count(FrameEnd end) {
        switch (end) {
            case WRITTEN -> written++;
            case DROPPED_SLOW -> droppedSlow++;
            case EXPIRED -> expired++;
            case CONFLATED -> conflated++;
        }
        listener.ended(end, 1);
    }

    private void tellIfComplete() {
        if (told && isComplete()) {
            told = false;
            listener.complete(this);
        }
    }
}
