package io.pushmanager.core.explain;

import io.pushmanager.core.outcome.NodeReport;

/**
 * How one push went at one node client. Times are on this process's monotonic clock.
 *
 * @param messageId empty for one that went well: those are known by their number
 * @param offeredNanos when the mailbox took it
 * @param isSent whether it left the mailbox for the node
 * @param sentNanos then: when it did so first
 * @param endedNanos when its end became known
 */
public record HopRow(
        long pushId,
        String messageId,
        String clientId,
        long offeredNanos,
        boolean isSent,
        long sentNanos,
        long endedNanos,
        NodeReport report) {}
