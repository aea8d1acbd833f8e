package io.pushmanager.core.mailbox;

import io.pushmanager.core.message.Handling;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pushes to which something may happen while they wait: by time, and by a newer one of their key.
 *
 * <p><b>Bound:</b> what waits. <b>Thread:</b> its backlog's.
 *
 * @param <E> what waits
 */
final class WatchList<E extends Queued<E>> {

    private final DueHeap<E> due = new DueHeap<>();
    private final Map<Watched.Key, E> newestOfKey = new HashMap<>(0);

    void enters(Watched<E> watched) {
        Handling handling = watched.owner.message().handling();
        if (handling.expires()) {
            due.add(watched, handling.expiresNanos());
        }
        noteKey(watched);
    }

    void waitsOutside(Watched<E> watched, long untilNanos) {
        due.add(watched, untilNanos);
        noteKey(watched);
    }

    /** It waits no more. What is known of it stays with it. */
    void leaves(E entry) {
        Watched<E> watched = entry.watched;
        if (watched != null) {
            due.remove(watched);
            if (watched.key != null) {
                newestOfKey.remove(watched.key, entry);
            }
        }
    }

    @Nullable
    Watched<E> newestOf(Watched.Key key) {
        E newest = newestOfKey.get(key);
        return newest == null ? null : newest.watched;
    }

    @Nullable
    E firstDue(long nowNanos) {
        return due.firstDue(nowNanos);
    }

    long nextDueNanos() {
        return due.firstDueNanos();
    }

    private void noteKey(Watched<E> watched) {
        if (watched.key != null) {
            newestOfKey.put(watched.key, watched.owner);
        }
    }
}
