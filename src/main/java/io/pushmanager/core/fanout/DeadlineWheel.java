package io.pushmanager.core.fanout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which waiters are due: a hashed timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", scheme 6).
 * Adding and removing cost a few assignments and no memory, because almost every waiter is removed long before it is due.
 *
 * <p><b>Order:</b> none among waiters due at one advance. <b>Time:</b> a waiter is due up to one tick early, never late
 * by more than the caller's own lateness. <b>Thread:</b> fan-out's event loop only.
 */
final class DeadlineWheel {

    private final long startNanos;
    private final long tickNanos;
    private final @Nullable Waiter[] buckets;
    private long currentTick;
    private int size;

    /** @param buckets a power of two */
    DeadlineWheel(long startNanos, long tickNanos, int buckets) {
        this.startNanos = startNanos;
        this.tickNanos = tickNanos;
        this.buckets = new Waiter[buckets];
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Waiter waiter, long deadlineNanos) {
        waiter.tick = Math.max(currentTick + 1, Math.floorDiv(deadlineNanos - startNanos, tickNanos));
        int bucket = bucketOf(waiter.tick);
        Waiter head = buckets[bucket];
        waiter.previous = null;
        waiter.next = head;
        if (head != null) {
            head.previous = waiter;
        }
        buckets[bucket] = waiter;
        waiter.linked = true;
        size++;
    }

    void remove(Waiter waiter) {
        if (!waiter.linked) {
            return;
        }
        Waiter previous = waiter.previous;
        Waiter next = waiter.next;
        if (previous == null) {
            buckets[bucketOf(waiter.tick)] = next;
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.linked = false;
        size--;
    }

    /** Moves on to {@code nowNanos} and takes every waiter that is due out of the wheel, into {@code due}. */
    void advance(long nowNanos, List<Waiter> due) {
        long tick = Math.floorDiv(nowNanos - startNanos, tickNanos);
        if (tick <= currentTick) {
            return;
        }
        // After a long pause one turn of the wheel sees every bucket.
        long first = Math.max(currentTick + 1, tick - buckets.length + 1);
        currentTick = tick;
        for (long at = first; at <= tick && size > 0; at++) {
            Waiter waiter = buckets[bucketOf(at)];
            while (waiter != null) {
                Waiter next = waiter.next;
                if (waiter.tick <= tick) {
                    remove(waiter);
                    due.add(waiter);
                }
                waiter = next;
            }
        }
    }

    private int bucketOf(long tick) {
        return (int) (tick & (buckets.length - 1));
    }
}
