package io.pushmanager.core.inflight;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls under way on one link, each with the time at which it must be over.
 *
 * <p><b>Bound:</b> {@code capacity}. <b>Order:</b> none; a call is found by the slot that {@link #add} gave.
 * <b>Thread:</b> confined to the owner's event loop. <b>Time:</b> the caller passes monotonic nanoseconds; one timer for the
 * earliest deadline is enough for all calls.
 *
 * @param <C> what stands for a call
 */
public final class InFlight<C> {

    /** What {@link #earliestDeadlineNanos} answers while nothing is under way. */
    public static final long NONE = Long.MAX_VALUE;

    private final @Nullable Object[] calls;
    private final long[] deadlines;
    private int size;

    public InFlight(int capacity) {
        calls = new Object[capacity];
        deadlines = new long[capacity];
    }

    /** The call's slot, or -1 when all are taken. */
    public int add(C call, long deadlineNanos) {
        if (size == calls.length) {
            return -1;
        }
        int slot = 0;
        while (calls[slot] != null) {
            slot++;
        }
        calls[slot] = call;
        deadlines[slot] = deadlineNanos;
        size++;
        return slot;
    }

    /** Frees the slot if {@code call} still has it: false when the call had ended before. */
    public boolean remove(int slot, C call) {
        if (calls[slot] != call) {
            return false;
        }
        calls[slot] = null;
        size--;
        return true;
    }

    /** Removes every call whose deadline is not after {@code nowNanos}, and hands it over. */
    public void expire(long nowNanos, Consumer<C> expired) {
        for (int slot = 0; slot < calls.length; slot++) {
            C call = at(slot);
            if (call != null && deadlines[slot] - nowNanos <= 0) {
                calls[slot] = null;
                size--;
                expired.accept(call);
            }
        }
    }

    /** Removes every call and hands it over. */
    public void removeAll(Consumer<C> removed) {
        for (int slot = 0; slot < calls.length; slot++) {
            C call = at(slot);
            if (call != null) {
                calls[slot] = null;
                size--;
                removed.accept(call);
            }
        }
    }

    /** {@link #NONE} while nothing is under way. */
    public long earliestDeadlineNanos() {
        long earliest = NONE;
        boolean any = false;
        for (int slot = 0; slot < calls.length; slot++) {
            if (calls[slot] != null && (!any || deadlines[slot] - earliest < 0)) {
                earliest = deadlines[slot];
                any = true;
            }
        }
        return earliest;
    }

    public int size() {
        return size;
    }

    @SuppressWarnings("unchecked") // only add puts something in, and that is a C
    private @Nullable C at(int slot) {
        return (C) calls[slot];
    }
}
