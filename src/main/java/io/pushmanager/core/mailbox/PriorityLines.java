package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Priority;
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

    void add(E entry) {
        Line<E> line = of(entry.message().priority());
        if (line.first == null) {
            if (line == normal) {
                passedNormal = 0;
            } else if (line == low) {
                passedLow = 0;
            }
        }
        line.add(entry);
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
    void take(E entry) {
        Priority priority = entry.message().priority();
        remove(entry);
        switch (priority) {
            case HIGH -> {
                passedNormal += normal.first == null ? 0 : entry.message().sizeBytes();
                passedLow += low.first == null ? 0 : entry.message().sizeBytes();
            }
            case NORMAL -> {
                passedNormal = 0;
                passedLow += low.first == null ? 0 : entry.message().sizeBytes();
            }
            case LOW -> passedLow = 0;
        }
    }

    /** It leaves without having had its turn. */
    void remove(E entry) {
        of(entry.message().priority()).remove(entry);
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
