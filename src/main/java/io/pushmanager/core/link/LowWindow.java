package io.pushmanager.core.link;

/**
 * How many LOW pushes may be under way when nothing else waits: what is under way cannot be overtaken, so it is as much as the node gets
 * behind it within a short time.
 *
 * <p>One LOW push at a time is watched from its sending to its consumption. What that took longer than it would have alone is the time
 * for which those under way would hold up a push that came now: more than wanted makes the window smaller, much less makes it larger as long as it is
 * what holds LOW back. The least of a few such times decides, as in CoDel: what stands in a line is in all of them, a moment in which somebody else had
 * the processor is not. How long it takes alone is measured every few seconds, with nothing else LOW under way; what is sent
 * at once afterwards may hold others up for a round trip.
 *
 * <p><b>Bound:</b> 1 to {@code most} pushes. <b>Time:</b> callers pass monotonic nanoseconds. <b>Thread:</b> its session's.
 * <b>Source:</b> docs/decisions/0013; the idea is TCP Vegas's.
 */
final class LowWindow {

    private static final int FIRST = 16;
    private static final int SAMPLES = 4;
    /** So many times what is wanted needs no second look. */
    private static final int FAR_TOO_LONG = 16;

    private static final long MEASURE_ALONE_NANOS = 5_000_000_000L;
    private static final long NOBODY = 0;

    private final long wantedNanos;
    private final int most;

    private int limit;
    private int underWay;
    private boolean heldBack;
    private int samples;
    private long leastHeldNanos;

    private long watched = NOBODY;
    private long sentNanos;
    private boolean sentAlone;

    private boolean aloneKnown;
    private long aloneNanos;
    private long aloneSinceNanos;
    private boolean measuresAlone;

    /** @param wantedNanos for so long those under way may hold up what comes later */
    LowWindow(long wantedNanos, int most) {
        this.wantedNanos = wantedNanos;
        this.most = most;
        this.limit = Math.min(FIRST, most);
    }

    boolean allowsMore() {
        if (underWay < (measuresAlone ? 1 : limit)) {
            return true;
        }
        heldBack = true;
        return false;
    }

    void sent(long id, long nowNanos) {
        if (watched == NOBODY) {
            watched = id;
            sentNanos = nowNanos;
            sentAlone = underWay == 0;
        } else if (sentNanos == nowNanos) {
            watched = id; // of those that leave together the last waits for the others
            sentAlone = false;
        }
        underWay++;
    }

    void consumed(long id, long nowNanos) {
        underWay--;
        if (id == watched) {
            watched = NOBODY;
            took(nowNanos - sentNanos, nowNanos);
        }
    }

    /** The stream broke: what is under way is sent again, and how long that takes says nothing. */
    void broke() {
        watched = NOBODY;
    }

    /** Nothing is under way. */
    void clear() {
        watched = NOBODY;
        underWay = 0;
    }

    int limit() {
        return limit;
    }

    private void took(long nanos, long nowNanos) {
        if (sentAlone && (measuresAlone || !aloneKnown)) {
            aloneKnown = true;
            aloneNanos = nanos;
            aloneSinceNanos = nowNanos;
            measuresAlone = false;
            return;
        }
        if (nowNanos - aloneSinceNanos >= MEASURE_ALONE_NANOS) {
            measuresAlone = true;
        }
        aloneNanos = aloneKnown ? Math.min(aloneNanos, nanos) : nanos;
        aloneKnown = true;
        long held = nanos - aloneNanos;
        leastHeldNanos = samples == 0 ? held : Math.min(leastHeldNanos, held);
        samples++;
        if (samples == SAMPLES || held > FAR_TOO_LONG * wantedNanos) {
            adjust(samples == SAMPLES ? leastHeldNanos : held);
            samples = 0;
            heldBack = false;
        }
    }

    private void adjust(long heldNanos) {
        if (heldNanos > wantedNanos) {
            limit = (int) Math.max(Math.max(1, limit / 2), limit * wantedNanos / heldNanos);
        } else if (heldBack && heldNanos < wantedNanos / 2) {
            limit = Math.min(most, limit + limit / 4 + 1);
        }
    }
}
