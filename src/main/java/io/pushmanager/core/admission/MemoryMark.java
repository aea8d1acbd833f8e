package io.pushmanager.core.admission;

/**
 * Decides from what garbage collections leave behind whether a process has memory to spare.
 *
 * <p>Short: a collection left more than the mark; new work is to be refused until one leaves less than seven eighths of it.
 * A process that refuses work may collect no garbage for a long time, and then nothing would ever say that there is room
 * again: hence after {@value #SILENCE_SECONDS} s without a collection work is let in, and the next collection judges anew.
 *
 * <p>Lost: although work is refused, most of the time goes into collections for {@value #LOST_SECONDS} s on end. Such a
 * process serves nobody and does not end by itself; its supervisor can start a better one.
 *
 * <p><b>Thread:</b> one. <b>Time:</b> callers pass monotonic {@code nowNanos}; look a few times a second.
 */
public final class MemoryMark {

    /** What to do. */
    public enum State {
        CALM,
        SHORT,
        LOST
    }

    private static final int SILENCE_SECONDS = 2;
    private static final int LOST_SECONDS = 10;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final double high;
    private final double low;
    private State state = State.CALM;
    private long collections = -1;
    private long judgedAtNanos;
    private long windowNanos;
    private long windowCollectingMillis;

    /** @param high share of the heap, 0 to 1 */
    public MemoryMark(double high) {
        this.high = high;
        this.low = high * 7 / 8;
    }

    /**
     * @param left share of the heap that the last collection left in use, 0 to 1
     * @param collections how many there have been
     * @param collectingMillis how long all of them took
     */
    public State look(double left, long collections, long collectingMillis, long nowNanos) {
        if (collections != this.collections) {
            this.collections = collections;
            judgedAtNanos = nowNanos;
            if (left >= high && state == State.CALM) {
                state = State.SHORT;
                openWindow(collectingMillis, nowNanos);
            } else if (left < low) {
                state = State.CALM;
            }
        } else if (state == State.SHORT && nowNanos - judgedAtNanos >= SILENCE_SECONDS * NANOS_PER_SECOND) {
            state = State.CALM;
        }
        if (state == State.SHORT && nowNanos - windowNanos >= LOST_SECONDS * NANOS_PER_SECOND) {
            long collecting = (collectingMillis - windowCollectingMillis) * NANOS_PER_MILLI;
            if (collecting * 2 > nowNanos - windowNanos) {
                state = State.LOST;
            } else {
                openWindow(collectingMillis, nowNanos);
            }
        }
        return state;
    }

    private void openWindow(long collectingMillis, long nowNanos) {
        windowNanos = nowNanos;
        windowCollectingMillis = collectingMillis;
    }
}
