package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a mailbox has accepted: its lines, and how much of its bound is taken.
 *
 * <p><b>Bound:</b> count and bytes, which its owner asks for before it lets anything in. <b>Thread:</b> its backlog's.
 *
 * @param <E> what waits
 */
final class Inside<E extends Queued<E>> {

    private static final Priority[] LOWEST_FIRST = {Priority.LOW, Priority.NORMAL, Priority.HIGH};

    private final int maxMessages;
    private final long maxBytes;
    private final PriorityLines<E>[] lines;

    private int messages;
    private long bytes;

    Inside(int lineCount, MailboxLimits limits) {
        this.maxMessages = limits.maxMessages();
        this.maxBytes = limits.maxBytes();
        this.lines = lines(lineCount);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lines of E cannot be made otherwise
    private static <E extends Queued<E>> PriorityLines<E>[] lines(int count) {
        PriorityLines<E>[] lines = new PriorityLines[count];
        Arrays.setAll(lines, i -> new PriorityLines<>());
        return lines;
    }

    boolean fits(int size) {
        return messages < maxMessages && bytes + size <= maxBytes;
    }

    boolean fitsInPlaceOf(E other, int size) {
        return messages <= maxMessages && bytes - other.message().sizeBytes() + size <= maxBytes;
    }

    /** Whether one of this size would fit without some that have at most this priority. */
    boolean canMakeRoom(int size, Priority most) {
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
        return messages - spare < maxMessages && bytes - spareBytes + size <= maxBytes;
    }

    /** Of the lowest priority that waits, the oldest. */
    E oldestOfLowest() {
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

    void add(E entry, PushMessage message) {
        lines[entry.line()].add(entry, message);
        messages++;
        bytes += message.sizeBytes();
    }

    /** It counts until it is released. */
    void take(E entry, PushMessage message) {
        lines[entry.line()].take(entry, message);
    }

    void release(int messageBytes) {
        messages--;
        bytes -= messageBytes;
    }

    void remove(E entry) {
        lines[entry.line()].remove(entry);
        release(entry.message().sizeBytes());
    }

    PriorityLines<E> line(int number) {
        return lines[number];
    }

    /** Anyone who waits, of the first line that has somebody. */
    @Nullable
    E any() {
        for (PriorityLines<E> line : lines) {
            E waits = line.any();
            if (waits != null) {
                return waits;
            }
        }
        return null;
    }

    int messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }
}
