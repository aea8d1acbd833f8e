package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ConnectionCounts;
import io.pushmanager.proto.pubsub.OperatorNodeReport;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** What became of an operator's action, for people or as JSON with the proto's field names. */
final class OperatorReplyText {

    private OperatorReplyText() {}

    /**
     * @param done what was done to a connection, as in "2 connections closed"
     * @param undone what holds of one that nothing was done to, as in "were in the room already"
     * @return the exit code
     */
    static int print(OperatorReply reply, String done, String undone, boolean asJson, CliIo io) {
        if (asJson) {
            io.out().println(Printable.escape(toJson(reply).encode()));
        } else {
            printText(reply, done, undone, io);
        }
        if (reply.getMembershipStale()) {
            io.err().println("Warning: the manager's list of nodes may be out of date");
        }
        boolean complete = reply.getConnections().getRefused() == 0
                && reply.getNodesList().stream().allMatch(OperatorReplyText::hasReported);
        return complete ? ExitCode.OK : ExitCode.PARTLY_DELIVERED;
    }

    private static boolean hasReported(OperatorNodeReport node) {
        return node.getOutcome() == Outcome.OUTCOME_REPORTED;
    }

    private static void printText(OperatorReply reply, String done, String undone, CliIo io) {
        ConnectionCounts total = reply.getConnections();
        if (total.getMatched() == 0 && reply.getNodesList().stream().allMatch(OperatorReplyText::hasReported)) {
            io.err().println("The user has no connection");
            return;
        }
        io.out().println(describe(total, done, undone));
        for (OperatorNodeReport node : reply.getNodesList()) {
            String text = "  " + Printable.escape(node.getNodeId()) + ": ";
            text += node.hasConnections()
                    ? describe(node.getConnections(), done, undone)
                    : node.getOutcome().name().replace("OUTCOME_", "").toLowerCase(Locale.ROOT);
            io.out().println(node.getReason().isEmpty() ? text : text + ": " + Printable.escape(node.getReason()));
        }
    }

    private static String describe(ConnectionCounts counts, String done, String undone) {
        StringBuilder text = new StringBuilder()
                .append(counts.getChanged())
                .append(counts.getChanged() == 1 ? " connection " : " connections ")
                .append(done);
        if (counts.getUnchanged() > 0) {
            text.append(", ").append(counts.getUnchanged()).append(' ').append(undone);
        }
        if (counts.getRefused() > 0) {
            text.append(", ").append(counts.getRefused()).append(" in too many rooms");
        }
        return text.toString();
    }

    private static JsonObject toJson(OperatorReply reply) {
        JsonArray nodes = new JsonArray();
        for (OperatorNodeReport node : reply.getNodesList()) {
            JsonObject json = new JsonObject()
                    .put("node_id", node.getNodeId())
                    .put("outcome", node.getOutcome().name())
                    .put("reason", node.getReason());
            nodes.add(node.hasConnections() ? json.put("connections", toJson(node.getConnections())) : json);
        }
        return new JsonObject()
                .put("message_id", reply.getMessageId())
                .put("nodes_targeted", reply.getNodesTargeted())
                .put("nodes_accepted", reply.getNodesAccepted())
                .put("nodes_failed", reply.getNodesFailed())
                .put("connections", toJson(reply.getConnections()))
                .put("nodes", nodes)
                .put("membership_stale", reply.getMembershipStale());
    }

    private static JsonObject toJson(ConnectionCounts counts) {
        return new JsonObject()
                .put("matched", counts.getMatched())
                .put("changed", counts.getChanged())
                .put("unchanged", counts.getUnchanged())
                .put("refused", counts.getRefused());
    }
}
