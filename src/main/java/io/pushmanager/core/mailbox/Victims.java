package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Priority;

/**
 * Who goes for {@link Overflow#DROP_OLDEST}: of the lowest priority that waits, the oldest.
 *
 * @param <E> what waits
 */
final class Victims<E extends Queued<E>> {

    private static final Priority[] LOWEST_FIRST = {Priority.LOW, Priority.NORMAL, Priority.HIGH};

    private final PriorityLines<E>[] lines;

    Victims(PriorityLines<E>[] lines) {
        this.lines = lines;
    }

    /** Whether so much can be had without any of a higher priority than {@code most}. */
    boolean canSpare(int messages, long bytes, Priority most) {
        int spare = 0;
        long spareBytes = 0;
        for (Priority priority : LOWEST_FIRST) {
            for (PriorityLines<E> line : lines) {
                spare += line.of(priority).size();
                spareBytes += line.of(priority).bytes();
            }
            if (priority == most) {
                break;
            }
        }
        return spare >= messages && spareBytes >= bytes;
    }

    E next() {
        for (Priority priority : LOWEST_FIRST) {
            E oldest = null;
            for (PriorityLines<E> line : lines) {
                E first = line.of(priority).first;
                if (first != null && (oldest == null || first.age() - oldest.age() < 0)) {
                    oldest = first;
                }
            }
            if (oldest != null) {
                return oldest;
            }
        }
        throw new IllegalStateException("nothing waits");
    }
}
