package io.pushmanager.core.output;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Frames of one priority in the order in which they came; any of them can be taken out. <b>Thread:</b> that of its queue. */
final class FrameLine<F> {

    private @Nullable WaitingFrame<F> oldest;
    private @Nullable WaitingFrame<F> newest;

    @Nullable
    WaitingFrame<F> oldest() {
        return oldest;
    }

    boolean isEmpty() {
        return oldest == null;
    }

    void add(WaitingFrame<F> frame) {
        WaitingFrame<F> before = newest;
        frame.older = before;
        newest = frame;
        if (before == null) {
            oldest = frame;
        } else {
            before.newer = frame;
        }
    }

    void remove(WaitingFrame<F> frame) {
        WaitingFrame<F> before = frame.older;
        WaitingFrame<F> after = frame.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        frame.older = null;
        frame.newer = null;
    }

    /** The oldest that is a push, from this one on. */
    static <F> @Nullable WaitingFrame<F> pushFrom(@Nullable WaitingFrame<F> first) {
        WaitingFrame<F> frame = first;
        while (frame != null && !frame.isPush()) {
            frame = Objects.requireNonNull(frame).newer;
        }
        return frame;
    }
}
