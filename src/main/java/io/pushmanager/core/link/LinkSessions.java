package io.pushmanager.core.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a node, by name. One belongs to one manager process; it outlives its stream for a while.
 *
 * <p><b>Bound:</b> {@code max} sessions. A new one takes the place of the one that has been without a stream longest. <b>Time:</b> callers
 * pass monotonic {@code nowNanos}. <b>Thread:</b> confined to one event loop.
 *
 * @param <S> what is known of a session
 */
public final class LinkSessions<S> {

    private static final class Entry<S> {

        final String owner;
        final S session;
        boolean attached = true;
        long detachedNanos;

        Entry(String owner, S session) {
            this.owner = owner;
            this.session = session;
        }
    }

    private final int max;
    private final long keepNanos;
    private final Map<String, Entry<S>> byName = new HashMap<>();

    /** @param keepNanos how long a session without a stream is remembered */
    public LinkSessions(int max, long keepNanos) {
        this.max = max;
        this.keepNanos = keepNanos;
    }

    /**
     * The session for a new stream of its owner, which it is attached to from now on. Null when it is not known, or is somebody
     * else's.
     */
    public @Nullable S attach(String name, String owner) {
        Entry<S> entry = byName.get(name);
        if (entry == null || !entry.owner.equals(owner)) {
            return null;
        }
        entry.attached = true;
        return entry.session;
    }

    /** A new session, attached. False when there are too many with a stream. */
    public boolean add(String name, String owner, S session) {
        if (byName.size() >= max && !forgetLongestDetached()) {
            return false;
        }
        byName.put(name, new Entry<>(owner, session));
        return true;
    }

    /** The session's stream is gone, and no other has taken its place. */
    public void detach(String name, long nowNanos) {
        Entry<S> entry = byName.get(name);
        if (entry != null) {
            entry.attached = false;
            entry.detachedNanos = nowNanos;
        }
    }

    public void forget(String name) {
        byName.remove(name);
    }

    /** Forgets what has been without a stream too long. */
    public void sweep(long nowNanos) {
        byName.values().removeIf(entry -> !entry.attached && nowNanos - entry.detachedNanos >= keepNanos);
    }

    public int size() {
        return byName.size();
    }

    public List<S> all() {
        List<S> all = new ArrayList<>(byName.size());
        byName.values().forEach(entry -> all.add(entry.session));
        return all;
    }

    private boolean forgetLongestDetached() {
        String longest = null;
        long since = 0;
        for (Map.Entry<String, Entry<S>> candidate : byName.entrySet()) {
            Entry<S> entry = candidate.getValue();
            if (!entry.attached && (longest == null || entry.detachedNanos - since < 0)) {
                longest = candidate.getKey();
                since = entry.detachedNanos;
            }
        }
        return longest != null && byName.remove(longest) != null;
    }
}
