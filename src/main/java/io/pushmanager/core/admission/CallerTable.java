package io.pushmanager.core.admission;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What is known of each caller, for as long as it is connected and a while longer, so that who comes back at once finds its
 * rate limit as it left it.
 *
 * <p><b>Bound:</b> one entry for each connected caller, and at most {@code maxAway} others; the one that left first is
 * forgotten first. <b>Thread:</b> one at a time. <b>Time:</b> callers pass monotonic {@code nowNanos}.
 */
public final class CallerTable<A> {

    private static final class Entry<A> {
        final A account;
        int connections;
        long leftNanos;

        Entry(A account) {
            this.account = account;
        }
    }

    private final int maxAway;
    private final long keptNanos;
    private final Map<String, Entry<A>> connected = new LinkedHashMap<>();
    private final Map<String, Entry<A>> away = new LinkedHashMap<>(); // in the order in which they left

    public CallerTable(int maxAway, long keptNanos) {
        this.maxAway = maxAway;
        this.keptNanos = keptNanos;
    }

    /** One more connection of this caller. {@link #left} must follow, with the same name. */
    public A joined(String name, long nowNanos, Function<String, A> create) {
        forget(nowNanos);
        Entry<A> entry = connected.get(name);
        if (entry == null) {
            Entry<A> known = away.remove(name);
            entry = known != null ? known : new Entry<>(create.apply(name));
            connected.put(name, entry);
        }
        entry.connections++;
        return entry.account;
    }

    /** A connection of this caller has ended. */
    public void left(String name, long nowNanos) {
        Entry<A> entry = connected.get(name);
        if (entry != null && --entry.connections == 0) {
            connected.remove(name);
            entry.leftNanos = nowNanos;
            away.put(name, entry);
        }
        forget(nowNanos);
    }

    /** Those that have a connection. */
    public int connected() {
        return connected.size();
    }

    /** Those that have none, and are still remembered. */
    public int away() {
        return away.size();
    }

    private void forget(long nowNanos) {
        Iterator<Entry<A>> byAge = away.values().iterator();
        while (byAge.hasNext()) {
            boolean tooOld = nowNanos - byAge.next().leftNanos >= keptNanos;
            if (!tooOld && away.size() <= maxAway) {
                return;
            }
            byAge.remove();
        }
    }
}
