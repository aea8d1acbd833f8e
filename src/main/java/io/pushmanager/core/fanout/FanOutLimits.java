package io.pushmanager.core.fanout;

import io.pushmanager.core.message.AckLevel;

/**
 * How much fan-out takes on.
 *
 * @param creditsPerNode offers at one node client that its mailbox has not answered
 * @param maxOpenPushes pushes whose nodes have not all answered
 * @param onceMaxIds message ids remembered
 * @param onceWindowNanos for this long after an id was last sent
 * @param onceMaxStoredBytes estimated, for the outcomes remembered with the ids
 */
public record FanOutLimits(
        int creditsPerNode, int maxOpenPushes, int onceMaxIds, long onceWindowNanos, long onceMaxStoredBytes) {

    /** How finely reply deadlines are kept: well below the least margin. */
    public static final long TICK_NANOS = 5_000_000;

    public static final int LARGEST_MAX_OPEN_PUSHES = OpenPushes.LARGEST_MAX_OPEN;

    private static final long LEAST_MARGIN_NANOS = 20_000_000;
    private static final long LARGEST_MARGIN_NANOS = 200_000_000;

    /**
     * When the answer must leave so that it reaches its caller in time: 10 % of the time left before the deadline, at
     * least 20 and at most 200 ms. With less than 20 ms left, a call for {@code DELIVERED} is answered at once with what is
     * known; one for {@code ACCEPTED} needs no node, only mailboxes, and keeps half of what is left for them.
     */
    long replyDeadlineNanos(long deadlineNanos, long nowNanos, AckLevel ack) {
        long left = deadlineNanos - nowNanos;
        long margin = Math.min(Math.max(left / 10, LEAST_MARGIN_NANOS), LARGEST_MARGIN_NANOS);
        return deadlineNanos - (ack == AckLevel.DELIVERED ? margin : Math.min(margin, left / 2));
    }
}
