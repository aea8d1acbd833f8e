package io.pushmanager.core.link;

import org.jspecify.annotations.Nullable;

/**
 * What was sent in a session, by id. Ids follow one another, so an array that is used as a ring does.
 *
 * <p><b>Bound:</b> the owner's; it grows to the widest span of ids that was ever kept, and never shrinks. <b>Thread:</b>
 * its owner's.
 */
final class SentRing {

    private static final int FIRST_SIZE = 64;

    private @Nullable LinkEntry[] slots = new @Nullable LinkEntry[FIRST_SIZE];
    /** The oldest id that is kept, or {@link #end} when none is. */
    private long first = 1;
    /** The id that the next one gets. */
    private long end = 1;

    long end() {
        return end;
    }

    long first() {
        return first;
    }

    void add(LinkEntry entry) {
        if (end - first == slots.length) {
            grow();
        }
        slots[index(end)] = entry;
        end++;
    }

    /** Null for an id that is not kept any more, or was not yet given. */
    @Nullable
    LinkEntry get(long id) {
        return id >= first && id < end ? slots[index(id)] : null;
    }

    void remove(long id) {
        slots[index(id)] = null;
        while (first < end && slots[index(first)] == null) {
            first++;
        }
    }

    /** Forgets everything; ids begin at 1 again. */
    void clear() {
        for (long id = first; id < end; id++) {
            slots[index(id)] = null;
        }
        first = 1;
        end = 1;
    }

    private void grow() {
        @Nullable LinkEntry[] larger = new @Nullable LinkEntry[slots.length * 2];
        for (long id = first; id < end; id++) {
            larger[(int) id & (larger.length - 1)] = slots[index(id)];
        }
        slots = larger;
    }

    private int index(long id) {
        return (int) id & (slots.length - 1);
    }
}
