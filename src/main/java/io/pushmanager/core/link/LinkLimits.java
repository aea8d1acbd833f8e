package io.pushmanager.core.link;

/**
 * How a manager fills a link.
 *
 * @param batches sent and not yet consumed, at most
 * @param batchPushes in one batch at most
 * @param batchBytes of encoded pushes in one batch at most, unless it has only one
 * @param deadlineNanos how long a push may wait to be sent, and then again for its result
 * @param lowDelayNanos for how long LOW pushes that are under way may hold up what comes after them
 * @param maxUnanswered pushes that were sent and have no outcome, at most: while results are that late, nothing is sent
 */
public record LinkLimits(
        int batches, int batchPushes, int batchBytes, long deadlineNanos, long lowDelayNanos, int maxUnanswered) {

    public LinkLimits {
        if (batches < 1
                || batchPushes < 1
                || batchBytes < 1
                || deadlineNanos < 1
                || lowDelayNanos < 1
                || maxUnanswered < 1) {
            throw new IllegalArgumentException("batches: " + batches + ", batchPushes: " + batchPushes
                    + ", batchBytes: " + batchBytes + ", deadlineNanos: " + deadlineNanos + ", lowDelayNanos: "
                    + lowDelayNanos + ", maxUnanswered: " + maxUnanswered + " (expected: all >= 1)");
        }
    }
}
