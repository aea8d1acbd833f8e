package io.pushmanager.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Remembers the newest ids. <b>Bound:</b> a number of them; the oldest is forgotten first. <b>Thread:</b> one. */
final class RecentIds {

    private final int capacity;
    private final Set<String> known = new HashSet<>();
    private final Deque<String> order = new ArrayDeque<>();

    RecentIds(int capacity) {
        this.capacity = capacity;
    }

    /** @return whether it was new */
    boolean add(String id) {
        if (!known.add(id)) {
            return false;
        }
        order.addLast(id);
        if (order.size() > capacity) {
            known.remove(order.removeFirst());
        }
        return true;
    }
}
