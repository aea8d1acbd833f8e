package io.pushmanager.core.fanout;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pushes whose nodes have not all answered, by number. A number carries the place in the array, so that finding a
 * push costs two comparisons and no boxing; a place's next push gets another number, so that a late answer finds nothing.
 *
 * <p><b>Bound:</b> {@code maxOpen}. <b>Thread:</b> fan-out's event loop only.
 */
final class OpenPushes {

    private static final int PLACE_BITS = 20;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
    static final int LARGEST_MAX_OPEN = 1 << PLACE_BITS;

    private final int maxOpen;
    private @Nullable OpenPush[] places = new OpenPush[64];
    private int[] freePlaces = new int[64];
    private int freeCount;
    private int usedPlaces;
    private long sequence;
    private int size;

    OpenPushes(int maxOpen) {
        if (maxOpen < 1 || maxOpen > LARGEST_MAX_OPEN) {
            throw new IllegalArgumentException("maxOpen: " + maxOpen + " (expected: 1 to " + LARGEST_MAX_OPEN + ")");
        }
        this.maxOpen = maxOpen;
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return size >= maxOpen;
    }

    /** Gives the push its number. */
    void add(OpenPush push) {
        if (isFull()) {
            throw new IllegalStateException("full: " + size);
        }
        int place = freeCount > 0 ? freePlaces[--freeCount] : nextPlace();
        push.id = (++sequence << PLACE_BITS) | place;
        places[place] = push;
        size++;
    }

    @Nullable
    OpenPush find(long id) {
        int place = (int) (id & PLACE_MASK);
        OpenPush push = place < places.length ? places[place] : null;
        return push != null && push.id == id ? push : null;
    }

    void remove(OpenPush push) {
        int place = (int) (push.id & PLACE_MASK);
        if (places[place] != push) {
            throw new IllegalStateException("not open");
        }
        places[place] = null;
        freePlaces[freeCount++] = place;
        size--;
    }

    /** Visits each push that was open at the start and still is when its turn comes. */
    void forEach(Consumer<OpenPush> visitor) {
        int end = usedPlaces;
        for (int place = 0; place < end; place++) {
            OpenPush push = places[place];
            if (push != null) {
                visitor.accept(push);
            }
        }
    }

    private int nextPlace() {
        if (usedPlaces == places.length) {
            places = Arrays.copyOf(places, usedPlaces * 2);
            freePlaces = Arrays.copyOf(freePlaces, usedPlaces * 2);
        }
        return usedPlaces++;
    }
}
