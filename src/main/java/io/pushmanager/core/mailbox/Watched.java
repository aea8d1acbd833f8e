package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import org.jspecify.annotations.Nullable;

/**
 * What may happen to a push that waits: its time comes, or another takes its place.
 *
 * @param <E> what waits
 */
final class Watched<E extends Queued<E>> {

    /** Whom a push may stand in for: the same people, users left out included, and the same turn. */
    record Key(Target target, Priority priority, String key) {}

    final E owner;
    final @Nullable Key key;
    /** When the first of those that it stands in for came. */
    final long sinceNanos;

    // DueHeap's
    long dueNanos;
    int place = DueHeap.NOWHERE;

    Watched(E owner, @Nullable Key key, long sinceNanos) {
        this.owner = owner;
        this.key = key;
        this.sinceNanos = sinceNanos;
    }

    /** Of a push that conflates; of any other null. */
    static @Nullable Key keyOf(PushMessage message) {
        return message.handling().conflates() ? keyFor(message) : null;
    }

    static Key keyFor(PushMessage message) {
        return new Key(message.target(), message.priority(), message.handling().conflationKey());
    }
}
