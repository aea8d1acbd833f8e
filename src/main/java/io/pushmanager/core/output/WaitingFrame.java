package io.pushmanager.core.output;

import io.pushmanager.core.message.Priority;
import org.jspecify.annotations.Nullable;

/**
 * One frame that waits for one connection.
 *
 * @param <F> the frame itself
 */
public final class WaitingFrame<F> {

    private final F frame;
    private final @Nullable Dispatch push;

    // its queue only
    final Priority priority;
    final int bytes;
    final long sinceNanos;

    @Nullable
    WaitingFrame<F> older;

    @Nullable
    WaitingFrame<F> newer;

    WaitingFrame(F frame, @Nullable Dispatch push, Priority priority, int bytes, long sinceNanos) {
        this.frame = frame;
        this.push = push;
        this.priority = priority;
        this.bytes = bytes;
        this.sinceNanos = sinceNanos;
    }

    public F frame() {
        return frame;
    }

    /** Or what the node has to say itself, which is never dropped. */
    public boolean isPush() {
        return push != null;
    }

    @Nullable
    Dispatch push() {
        return push;
    }

    boolean hasExpired(long nowNanos) {
        return push != null && push.handling().hasExpired(nowNanos);
    }
}
