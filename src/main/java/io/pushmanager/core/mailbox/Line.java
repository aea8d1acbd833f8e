package io.pushmanager.core.mailbox;

import org.jspecify.annotations.Nullable;

/**
 * First in, first out; any member can leave.
 *
 * @param <E> what waits
 */
final class Line<E extends Queued<E>> {

    @Nullable
    E first;

    private @Nullable E last;
    private int size;
    private long bytes;

    void add(E entry, int entryBytes) {
        E end = last;
        entry.before = end;
        if (end == null) {
            first = entry;
        } else {
            end.after = entry;
        }
        last = entry;
        size++;
        bytes += entryBytes;
    }

    /** As {@link #remove}, of the first. */
    void removeFirst(E entry, int entryBytes) {
        E next = entry.after;
        first = next;
        if (next == null) {
            last = null;
        } else {
            next.before = null;
            entry.after = null;
        }
        size--;
        bytes -= entryBytes;
    }

    void remove(E entry, int entryBytes) {
        E previous = entry.before;
        E next = entry.after;
        if (previous == null) {
            first = next;
        } else {
            previous.after = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.before = previous;
        }
        entry.before = null;
        entry.after = null;
        size--;
        bytes -= entryBytes;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }
}
