package io.pushmanager.core.link;

import io.pushmanager.core.outcome.PushError;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgements of one session that its manager may still have to be told (again).
 *
 * <p><b>Bound:</b> results in the acknowledgements that are kept. A manager that follows the protocol cannot have more unseen than its
 * window: it sends nothing beyond what it has seen consumed. Results that came after their pushes were consumed have a bound of their
 * own. <b>Order:</b> numbers count from 1. <b>Thread:</b> confined to one event
 * loop.
 *
 * @param <A> what an acknowledgement is on the wire
 */
public final class AckLog<A> {

    private record Kept<A>(long number, int results, int late, A ack) {}

    private final int maxResults;
    private final int maxLate;
    private final ArrayDeque<Kept<A>> kept = new ArrayDeque<>(4);
    private long last;
    private long results;
    private long lateResults;

    /** @param maxLate of results that came after their pushes were consumed */
    public AckLog(int maxResults, int maxLate) {
        this.maxResults = maxResults;
        this.maxLate = maxLate;
    }

    /** The number of the acknowledgement that {@link #keep} gets next. */
    public long nextNumber() {
        return last + 1;
    }

    /**
     * @param count of the results in it that came with the consumption of their pushes
     * @param late of the others
     */
    public void keep(A ack, int count, int late) {
        last++;
        results += count;
        lateResults += late;
        kept.add(new Kept<>(last, count, late, ack));
    }

    /**
     * The manager has taken in everything up to this number.
     *
     * @param field to be named if it cannot be
     * @return what is wrong with it; null normally
     */
    public @Nullable PushError seen(String field, long number) {
        if (number < 0 || number > last) {
            return PushError.invalid(
                    field, Long.toUnsignedString(number) + " (expected: at most " + last + ", the last that was sent)");
        }
        for (Kept<A> first = kept.peekFirst(); first != null && first.number <= number; first = kept.peekFirst()) {
            kept.removeFirst();
            results -= first.results;
            lateResults -= first.late;
        }
        return results <= maxResults && lateResults <= maxLate
                ? null
                : PushError.invalid(
                        field,
                        number + " leaves " + (results + lateResults) + " results to be kept (expected: at most "
                                + maxResults + " and " + maxLate + " late ones)");
    }

    public boolean isEmpty() {
        return kept.isEmpty();
    }

    /** Oldest first. */
    public void forEach(Consumer<A> unseen) {
        kept.forEach(entry -> unseen.accept(entry.ack));
    }
}
