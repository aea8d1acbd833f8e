package io.pushmanager.core.fanout;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushError;
import org.jspecify.annotations.Nullable;

/** Every error that fan-out answers with, in one place: the words are part of what callers may rely on. */
public final class FanOutErrors {

    public static final String MAILBOX_FULL = "MAILBOX_FULL";
    public static final String NO_NODE_ACCEPTED = "NO_NODE_ACCEPTED";
    public static final String NO_MEMBERSHIP_YET = "NO_MEMBERSHIP_YET";
    public static final String MESSAGE_ID_REUSED = "MESSAGE_ID_REUSED";
    public static final String TOO_MANY_PUSHES = "TOO_MANY_PUSHES";
    public static final String DEADLINE_PASSED = "DEADLINE_PASSED";
    public static final String DRAINING = "DRAINING";

    private static final long SOON_MILLIS = 200;
    private static final long LATER_MILLIS = 1_000;

    private FanOutErrors() {}

    static PushError mailboxesFull(int nodes) {
        return PushError.retryable(
                ErrorCode.RESOURCE_EXHAUSTED,
                MAILBOX_FULL,
                "the mailboxes of all " + nodes + " nodes are full",
                SOON_MILLIS);
    }

    static PushError noNodeAccepted(int nodes, int full, @Nullable NodeReport[] reports) {
        StringBuilder text = new StringBuilder("none of ")
                .append(nodes)
                .append(" nodes took the push (")
                .append(full)
                .append(" mailboxes full)");
        for (NodeReport report : reports) {
            if (report != null && !report.reason().isEmpty()) {
                text.append("; first reason: ").append(report.reason());
                break;
            }
        }
        return PushError.retryable(ErrorCode.UNAVAILABLE, NO_NODE_ACCEPTED, text.toString(), LATER_MILLIS);
    }

    static PushError noMembershipYet() {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE,
                NO_MEMBERSHIP_YET,
                "this manager has no list of Connect-Nodes yet",
                LATER_MILLIS);
    }

    static PushError messageIdReused() {
        return PushError.of(
                ErrorCode.ALREADY_EXISTS,
                MESSAGE_ID_REUSED,
                "options.message_id: used a short while ago for another content or target");
    }

    static PushError tooManyPushes(int limit) {
        return PushError.retryable(
                ErrorCode.RESOURCE_EXHAUSTED,
                TOO_MANY_PUSHES,
                limit + " pushes are waiting for their nodes (fanout.max-open-pushes)",
                SOON_MILLIS);
    }

    static PushError deadlinePassed() {
        return PushError.of(
                ErrorCode.DEADLINE_EXCEEDED, DEADLINE_PASSED, "the deadline passed before the push was sent");
    }

    public static PushError draining() {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE, DRAINING, "this manager is stopping: ask another one", SOON_MILLIS);
    }
}
