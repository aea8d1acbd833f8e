package io.pushmanager.core.mailbox;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which push has to be looked at first: a binary heap of which any member can be taken out (each knows its place).
 *
 * <p><b>Bound:</b> its owner's. <b>Time:</b> monotonic nanoseconds, compared by difference. <b>Thread:</b> its owner's.
 *
 * @param <E> what waits
 */
final class DueHeap<E extends Queued<E>> {

    static final int NOWHERE = -1;

    private final List<Watched<E>> heap = new ArrayList<>(0);

    /** Of the first, or {@link Backlog#NONE}. */
    long firstDueNanos() {
        return heap.isEmpty() ? Backlog.NONE : heap.get(0).dueNanos;
    }

    /** Null unless its time has come. */
    @Nullable
    E firstDue(long nowNanos) {
        return !heap.isEmpty() && heap.get(0).dueNanos - nowNanos <= 0 ? heap.get(0).owner : null;
    }

    void add(Watched<E> member, long dueNanos) {
        member.dueNanos = dueNanos;
        heap.add(member);
        up(heap.size() - 1, member);
    }

    void remove(Watched<E> member) {
        int place = member.place;
        if (place == NOWHERE) {
            return;
        }
        member.place = NOWHERE;
        Watched<E> last = heap.remove(heap.size() - 1);
        if (last != member) {
            down(place, last);
            if (last.place == place) {
                up(place, last);
            }
        }
    }

    int size() {
        return heap.size();
    }

    private void up(int from, Watched<E> member) {
        int place = from;
        while (place > 0) {
            Watched<E> parent = heap.get((place - 1) / 2);
            if (member.dueNanos - parent.dueNanos >= 0) {
                break;
            }
            put(place, parent);
            place = (place - 1) / 2;
        }
        put(place, member);
    }

    private void down(int from, Watched<E> member) {
        int place = from;
        while (2 * place + 1 < heap.size()) {
            int child = 2 * place + 1;
            if (child + 1 < heap.size() && heap.get(child + 1).dueNanos - heap.get(child).dueNanos < 0) {
                child++;
            }
            if (heap.get(child).dueNanos - member.dueNanos >= 0) {
                break;
            }
            put(place, heap.get(child));
            place = child;
        }
        put(place, member);
    }

    private void put(int place, Watched<E> member) {
        heap.set(place, member);
        member.place = place;
    }
}
