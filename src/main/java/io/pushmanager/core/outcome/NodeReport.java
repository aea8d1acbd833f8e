package io.pushmanager.core.outcome;

import org.jspecify.annotations.Nullable;

/**
 * What one node made of a push.
 *
 * @param accepted whether the node's mailbox took it; an accepted push may still end {@code FAILED} or {@code TIMED_OUT}, and one that
 *     was not may have {@code EXPIRED}, or been {@code CONFLATED}, before it could be
 * @param reason empty, or one sentence that says why
 * @param delivery set if and only if the outcome is {@code REPORTED}
 */
public record NodeReport(
        String nodeId,
        boolean accepted,
        Outcome outcome,
        String reason,
        @Nullable DeliveryCounts delivery) {

    public static NodeReport accepted(String nodeId) {
        return new NodeReport(nodeId, true, Outcome.ACCEPTED, "", null);
    }

    public static NodeReport rejected(String nodeId, Outcome outcome, String reason) {
        return new NodeReport(nodeId, false, outcome, reason, null);
    }

    public static NodeReport reported(String nodeId, DeliveryCounts delivery) {
        return new NodeReport(nodeId, true, Outcome.REPORTED, "", delivery);
    }

    /** Whether the node had its part in it: what came too late, or was replaced, is no failure of the node's. */
    public boolean isTaken() {
        return accepted || outcome == Outcome.EXPIRED || outcome == Outcome.CONFLATED;
    }

    /** Accepted by the mailbox, but ended without a report. */
    public static NodeReport unreported(String nodeId, Outcome outcome, String reason) {
        return new NodeReport(nodeId, true, outcome, reason, null);
    }
}
