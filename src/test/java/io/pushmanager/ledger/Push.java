package io.pushmanager.ledger;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of a publisher, and its reply if it got one.
 *
 * @param id the publisher's name for the call
 * @param stream the PushStream it went through, null for a call of its own; {@code position} is its place in it
 * @param body what was pushed; calls with one body are retries of one message
 * @param messageId null where the interface has none
 * @param reply null while unanswered
 */
public record Push(
        String id,
        String manager,
        PushTarget target,
        boolean delivered,
        @Nullable String stream,
        int position,
        String body,
        @Nullable String messageId,
        Set<String> excludedUsers,
        long begunAt,
        @Nullable Reply reply) {

    /** What one node said of it. Counts are null where the node has not reported. */
    public record Report(String outcome, @Nullable Counts counts) {}

    /** Counts of connections. */
    public record Counts(
            long matched, long written, long droppedSlow, long expired, long duplicate, long conflated, long unknown) {

        boolean reconciles() {
            return matched == written + droppedSlow + expired + duplicate + conflated + unknown;
        }
    }

    /**
     * @param code of gRPC, 0 is OK
     * @param nodes reports by node id; empty where the interface has none
     */
    public record Reply(
            long at,
            int code,
            int targeted,
            int accepted,
            int failed,
            @Nullable Counts total,
            Map<String, Report> nodes) {}

    /** Now that it has its reply, which may be the first to tell through which manager it went. */
    public Push answered(String by, Reply answer) {
        return new Push(id, by, target, delivered, stream, position, body, messageId, excludedUsers, begunAt, answer);
    }

    boolean isOk() {
        return reply != null && reply.code() == 0;
    }

    /** Whether the reply says that this node took it, or passes it by: not named where all targets are, or where nothing failed. */
    boolean acceptedAt(String node) {
        if (!isOk()) {
            return false;
        }
        Report report = reply.nodes().get(node);
        if (report != null) {
            return report.outcome().equals("OUTCOME_ACCEPTED")
                    || report.outcome().equals("OUTCOME_REPORTED");
        }
        return reply.failed() == 0 || reply.nodes().size() == reply.targeted();
    }

    /** What this node counted, or null if it did not report. */
    @Nullable
    Counts countsAt(String node) {
        Report report = reply == null ? null : reply.nodes().get(node);
        return report != null && report.outcome().equals("OUTCOME_REPORTED") ? report.counts() : null;
    }

    /** Whether no frame of {@code other} may be written before one of this. Both at one manager, to one target. */
    boolean precedes(Push other) {
        if (stream != null && stream.equals(other.stream)) {
            return position < other.position;
        }
        return reply != null && reply.at() < other.begunAt;
    }

    @Override
    public String toString() {
        return id + " (" + body + " to " + target + " through " + manager + ")";
    }
}
