package io.pushmanager.core.link;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whose turn it is to beat, of many that all beat at the same interval: it is cut into {@value #MOST_TURNS} turns, and whoever comes gets a
 * place in the one that the fewest have. So as many beat in one turn as in another, and those of a turn one after the other.
 *
 * <p><b>Bound:</b> a place for each that has joined. <b>Order:</b> of a turn, that of joining. <b>Time:</b> monotonic, passed in. From joining
 * to the first turn it is an interval at most, from one turn to the next just one; turns that were missed are made up for by a single one.
 * <b>Thread:</b> confined to one.
 *
 * @param <T> what beats
 */
public final class BeatRing<T> {

    /** Enough that the links of a turn hold nothing else up, few enough that they share the timer and the wake-up for their answers. */
    static final int MOST_TURNS = 32;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Of one that beats. */
    public static final class Place<T> {

        private final T who;
        private final List<Place<T>> turn;
        private boolean left;

        private Place(T who, List<Place<T>> turn) {
            this.who = who;
            this.turn = turn;
        }

        /** Has no turn any more, not even one that is due. Again: nothing. */
        public void leave() {
            if (!left) {
                left = true;
                turn.remove(this);
            }
        }
    }

    private final List<List<Place<T>>> turns = new ArrayList<>();
    private final long turnNanos;
    private final long beganNanos;

    /** Turns are counted from the beginning; everything up to this one is done. */
    private long done;

    /** @param intervalNanos a millisecond at least */
    public BeatRing(long intervalNanos, long nowNanos) {
        int count = (int) Math.max(1, Math.min(MOST_TURNS, intervalNanos / NANOS_PER_MILLI));
        for (int i = 0; i < count; i++) {
            turns.add(new ArrayList<>());
        }
        turnNanos = intervalNanos / count;
        beganNanos = nowNanos;
    }

    /** From now on it has a turn; the first is as late as it can be among the turns that the fewest have. */
    public Place<T> join(T who, long nowNanos) {
        long next = nextTurn();
        long current = turnAt(nowNanos);
        if (next < 0 || next > current) {
            done = Math.max(done, current); // nobody had the turns between
        }
        List<Place<T>> fewest = turn(done);
        for (long before = done + turns.size() - 1; before > done; before--) {
            List<Place<T>> turn = turn(before);
            if (turn.size() < fewest.size()) {
                fewest = turn;
            }
        }
        Place<T> place = new Place<>(who, fewest);
        fewest.add(place);
        return place;
    }

    /** Each whose turn has come, once. It may leave meanwhile, and others may join and leave. */
    public void due(long nowNanos, Consumer<T> to) {
        long current = turnAt(nowNanos);
        long first = Math.max(done + 1, current - turns.size() + 1);
        done = Math.max(done, current);
        for (long number = first; number <= current; number++) {
            for (Place<T> place : List.copyOf(turn(number))) {
                if (!place.left) {
                    to.accept(place.who);
                }
            }
        }
    }

    /** When {@link #due} will have something to do; {@link Long#MAX_VALUE}: not before another joins. */
    public long nextNanos() {
        long next = nextTurn();
        return next < 0 ? Long.MAX_VALUE : beganNanos + next * turnNanos;
    }

    private long nextTurn() {
        for (long number = done + 1; number <= done + turns.size(); number++) {
            if (!turn(number).isEmpty()) {
                return number;
            }
        }
        return -1;
    }

    private long turnAt(long nowNanos) {
        return (nowNanos - beganNanos) / turnNanos;
    }

    private List<Place<T>> turn(long number) {
        return turns.get((int) (number % turns.size()));
    }
}
