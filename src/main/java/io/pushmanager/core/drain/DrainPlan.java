package io.pushmanager.core.drain;

/**
 * When the clients of a leaving node are to come back elsewhere: evenly, so many a second, and all of them early enough in
 * the grace to have moved when it ends.
 *
 * <p><b>Bound:</b> three numbers. <b>Thread:</b> immutable. <b>Time:</b> milliseconds from the moment a client is told.
 * <b>Source:</b> docs/decisions/0017.
 *
 * @param connections that there were when the drain began, at least 1
 * @param wantedMillis what the configured pace takes for them
 * @param spreadMillis what they get: that, or what of the grace may be used
 */
public record DrainPlan(int connections, long wantedMillis, long spreadMillis) {

    private static final long MILLIS_PER_SECOND = 1_000;

    /** What the last client has for opening a connection, joining its rooms and leaving the old one: this part of the grace. */
    private static final int PARTS_OF_GRACE = 5;

    /** More than this it does not need. */
    private static final long MOST_FOR_THE_LAST_MILLIS = 5_000;

    public static DrainPlan of(int connections, int perSecond, long graceMillis) {
        int clients = Math.max(1, connections);
        long wanted = (clients * MILLIS_PER_SECOND + perSecond - 1) / perSecond;
        long usable = graceMillis - Math.min(graceMillis / PARTS_OF_GRACE, MOST_FOR_THE_LAST_MILLIS);
        return new DrainPlan(clients, wanted, Math.min(wanted, usable));
    }

    /**
     * @param place of a client among all, from 0 in the order of telling. Those beyond the number that was planned for, which
     *     had begun to connect before the drain, are spread like the first.
     */
    public long reconnectAfterMillis(int place) {
        return place % connections * spreadMillis / connections;
    }

    /** Whether the grace is too short for the pace, so that clients come faster than was asked for. */
    public boolean isCompressed() {
        return spreadMillis < wantedMillis;
    }

    /** Clients a second that will come back elsewhere while there are any. */
    public double perSecond() {
        return (double) connections * MILLIS_PER_SECOND / Math.max(1, spreadMillis);
    }
}
