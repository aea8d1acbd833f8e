package io.pushmanager.core.membership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the keys under one prefix of etcd, kept from lists and watch events that may come twice, late, or not at
 * all, and a queue of what changed.
 *
 * <p><b>Bound:</b> one entry a key, one waiting change a key: changes of the same key that nobody has taken yet become
 * one. <b>Order:</b> none between keys. <b>Thread:</b> confined to one. <b>Time:</b> etcd's revisions only.
 * <b>Source:</b> docs/decisions/0003-discovery-list-watch-resync.md.
 *
 * @param <V> a value as etcd holds it, not looked into
 */
public final class KeyMirror<V> {

    /** One key of a list. */
    public record Entry<V>(String key, long modRevision, V value) {}

    /** What became of a key since its last change was taken. */
    public sealed interface Change<V> {

        String key();

        long revision();

        record Put<V>(String key, long revision, V value) implements Change<V> {}

        /**
         * The key is gone.
         *
         * @param unseen the last value before, when nobody has taken that change
         */
        record Deleted<V>(
                String key, long revision, @Nullable V unseen) implements Change<V> {}
    }

    /** What a list told. */
    public enum ListResult {
        /** Nothing that was not known. */
        SAME,
        /** Something that no watch event had told. */
        DIFFERENT,
        /** The watch has told of later revisions already; ignored. */
        OVERTAKEN,
        /** etcd's revision went back: its data was replaced. The list counts, and a watch must begin anew. */
        REWOUND
    }

    /** What a key is known to be. The hash tells apart two histories of etcd that use the same revisions. */
    private record Held(long revision, int valueHash) {}

    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Change<V>> waiting = new LinkedHashMap<>();
    private long revision;

    /** The newest revision that this copy reflects. */
    public long revision() {
        return revision;
    }

    /** How many keys the copy has. */
    public int size() {
        return held.size();
    }

    /**
     * Takes in a complete list.
     *
     * @param atRevision the revision that the list shows
     * @param revisionWhenAsked {@link #revision()} when the list was asked for: etcd never answers with an older one,
     *     unless its data was replaced
     */
    public ListResult listed(long atRevision, List<Entry<V>> entries, long revisionWhenAsked) {
        boolean rewound = atRevision < revisionWhenAsked;
        if (!rewound && atRevision < revision) {
            return ListResult.OVERTAKEN;
        }
        revision = atRevision;
        boolean different = false;
        Set<String> listed = new HashSet<>(entries.size() * 2);
        for (Entry<V> entry : entries) {
            listed.add(entry.key());
            Held now = new Held(entry.modRevision(), entry.value().hashCode());
            if (!now.equals(held.get(entry.key()))) {
                hold(entry.key(), now, entry.value());
                different = true;
            }
        }
        for (String gone : missing(listed)) {
            release(gone, atRevision);
            different = true;
        }
        if (rewound) {
            return ListResult.REWOUND;
        }
        return different ? ListResult.DIFFERENT : ListResult.SAME;
    }

    /** A watch event. Repeated and outdated ones change nothing. */
    public void put(String key, long modRevision, V value) {
        if (modRevision >= revision) {
            revision = modRevision;
            Held known = held.get(key);
            if (known == null || known.revision() < modRevision) {
                hold(key, new Held(modRevision, value.hashCode()), value);
            }
        }
    }

    /** A watch event. Repeated and outdated ones change nothing. */
    public void deleted(String key, long modRevision) {
        if (modRevision >= revision) {
            revision = modRevision;
            Held known = held.get(key);
            if (known != null && known.revision() < modRevision) {
                release(key, modRevision);
            }
        }
    }

    public boolean hasChanges() {
        return !waiting.isEmpty();
    }

    /** Takes a change; null when there is none. */
    public @Nullable Change<V> next() {
        var first = waiting.entrySet().iterator();
        if (!first.hasNext()) {
            return null;
        }
        Change<V> change = first.next().getValue();
        first.remove();
        return change;
    }

    private void hold(String key, Held now, V value) {
        held.put(key, now);
        waiting.put(key, new Change.Put<>(key, now.revision(), value));
    }

    private void release(String key, long atRevision) {
        held.remove(key);
        V unseen = waiting.get(key) instanceof Change.Put<V> put ? put.value() : null;
        waiting.put(key, new Change.Deleted<>(key, atRevision, unseen));
    }

    private List<String> missing(Set<String> listed) {
        List<String> missing = new ArrayList<>();
        for (String key : held.keySet()) {
            if (!listed.contains(key)) {
                missing.add(key);
            }
        }
        return missing;
    }
}
