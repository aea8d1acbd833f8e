package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import org.jspecify.annotations.Nullable;

/**
 * Three lines and whose turn it is: HIGH before NORMAL before LOW, but for the turns by which nobody starves.
 *
 * <p><b>Order:</b> FIFO within a priority. <b>Share:</b> once pushes of higher priority have taken {@link #NORMAL_SHARE} times the bytes
 * of the first NORMAL that waits, or {@link #LOW_SHARE} times those of the first LOW, it is its turn: under any flood NORMAL gets a
 * ninth of the bytes beside HIGH, and LOW a seventeenth beside both. <b>Thread:</b> its owner's.
 *
 * @param <E> what waits
 */
final class PriorityLines<E extends Queued<E>> {

    static final long NORMAL_SHARE = 8;
    static final long LOW_SHARE = 16;

    private final Line<E> high = new Line<>();
    private final Line<E> normal = new Line<>();
    private final Line<E> low = new Line<>();

    /** Bytes of others that went first, since the last turn or since somebody waits. */
    private long passedNormal;

    private long passedLow;

    void add(E entry, PushMessage message) {
        Priority priority = message.priority();
        if (priority == Priority.NORMAL) {
            passedNormal = normal.first == null ? 0 : passedNormal;
            normal.add(entry, message.sizeBytes());
            return;
        }
        Line<E> line = of(priority);
        if (line == low && low.first == null) {
            passedLow = 0;
        }
        line.add(entry, message.sizeBytes());
    }

    /** Whose turn it is; null when nobody waits. */
    @Nullable
    E peek() {
        E highest = high.first;
        E lowest = low.first;
        if (highest == null && lowest == null) {
            return normal.first;
        }
        if (lowest != null && isTurnOfLow(lowest)) {
            return lowest;
        }
        E middle = normal.first;
        if (highest != null) {
            return middle != null
                            && passedNormal >= NORMAL_SHARE * middle.message().sizeBytes()
                    ? middle
                    : highest;
        }
        return middle != null ? middle : lowest;
    }

    /** Whether LOW is due by its share, rather than because nobody else waits. */
    boolean isTurnOfLow() {
        E lowest = low.first;
        return lowest != null && isTurnOfLow(lowest);
    }

    private boolean isTurnOfLow(E lowest) {
        return passedLow >= LOW_SHARE * lowest.message().sizeBytes();
    }

    /** It has its turn now. */
    void take(E entry, PushMessage message) {
        int bytes = message.sizeBytes();
        if (high.first == null && low.first == null) {
            passedNormal = 0;
            normal.removeFirst(entry, bytes);
            return;
        }
        of(message.priority()).removeFirst(entry, bytes);
        switch (message.priority()) {
            case HIGH -> {
                passedNormal += normal.first == null ? 0 : bytes;
                passedLow += low.first == null ? 0 : bytes;
            }
            case NORMAL -> {
                passedNormal = 0;
                passedLow += low.first == null ? 0 : bytes;
            }
            case LOW -> passedLow = 0;
        }
    }

    /** It leaves without having had its turn. */
    void remove(E entry) {
        PushMessage message = entry.message();
        of(message.priority()).remove(entry, message.sizeBytes());
    }

    Line<E> of(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }

    /** Anyone, for who wants them all. */
    @Nullable
    E any() {
        return high.first != null ? high.first : normal.first != null ? normal.first : low.first;
    }

    boolean hasHigh() {
        return high.first != null;
    }

    boolean isEmpty() {
        return high.first == null && normal.first == null && low.first == null;
    }

    int size() {
        return high.size() + normal.size() + low.size();
    }

    long bytes() {
        return high.bytes() + normal.bytes() + low.bytes();
    }
}
