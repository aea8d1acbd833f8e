package io.pushmanager.publisher;

import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code pubsub.PushReply} as JSON → {@link PushResult}. Fields that are absent have their proto default, 64-bit numbers
 * may be strings, and fields that a newer manager added are ignored.
 */
final class PushReplyReader {

    private static final String OUTCOME_PREFIX = "OUTCOME_";

    private PushReplyReader() {}

    static PushResult read(JsonObject reply) {
        List<NodeReport> nodes = new ArrayList<>();
        JsonArray reports = reply.getJsonArray("nodes", new JsonArray());
        for (int i = 0; i < reports.size(); i++) {
            nodes.add(report(reports.getJsonObject(i)));
        }
        return new PushResult(
                reply.getString("message_id", ""),
                (int) number(reply, "nodes_accepted"),
                (int) number(reply, "nodes_failed"),
                delivery(reply),
                List.copyOf(nodes),
                reply.getBoolean("membership_stale", false),
                reply.getBoolean("dry_run", false));
    }

    static List<PushAnswer> readMany(Buffer replies) {
        List<PushAnswer> answers = new ArrayList<>();
        JsonArray all = new JsonArray(replies);
        for (int i = 0; i < all.size(); i++) {
            JsonObject reply = all.getJsonObject(i);
            JsonObject status = reply.getJsonObject("status");
            answers.add(status == null ? read(reply) : error(status));
        }
        return answers;
    }

    private static PushError error(JsonObject status) {
        String reason = "";
        JsonArray details = status.getJsonArray("details", new JsonArray());
        for (int i = 0; i < details.size() && reason.isEmpty(); i++) {
            reason = details.getJsonObject(i).getString("reason", "");
        }
        return PushError.of(PushFailure.codeOf((int) number(status, "code")), reason, status.getString("message", ""));
    }

    private static NodeReport report(JsonObject report) {
        Outcome outcome = outcome(report.getString("outcome", ""));
        boolean accepted =
                switch (outcome) {
                    case REJECTED_FULL, REJECTED_DRAINING -> false;
                    default -> true;
                };
        return new NodeReport(
                report.getString("node_id", ""), accepted, outcome, report.getString("reason", ""), delivery(report));
    }

    /** An outcome that this version does not know is not known to be good. */
    private static Outcome outcome(String name) {
        String bare = name.startsWith(OUTCOME_PREFIX) ? name.substring(OUTCOME_PREFIX.length()) : name;
        for (Outcome outcome : Outcome.values()) {
            if (outcome.name().equals(bare)) {
                return outcome;
            }
        }
        return Outcome.FAILED;
    }

    private static @Nullable DeliveryCounts delivery(JsonObject in) {
        JsonObject counts = in.getJsonObject("delivery");
        return counts == null
                ? null
                : new DeliveryCounts(
                        number(counts, "matched"),
                        number(counts, "written"),
                        number(counts, "dropped_slow"),
                        number(counts, "expired"),
                        number(counts, "duplicate"),
                        number(counts, "conflated"),
                        number(counts, "unknown"));
    }

    private static long number(JsonObject in, String field) {
        Object value = in.getValue(field);
        if (value instanceof Number number) {
            return number.longValue();
        }
        return value instanceof String text ? Long.parseLong(text) : 0;
    }
}
