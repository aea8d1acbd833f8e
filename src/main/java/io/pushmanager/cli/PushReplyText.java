package io.pushmanager.cli;

import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.NodeReport;
import io.pushmanager.proto.pubsub.Outcome;
import io.pushmanager.proto.pubsub.PushReply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** A push's reply for people, or as JSON with the proto's field names. */
final class PushReplyText {

    private static final String NOBODY = "no Connect-Node has anybody for it, or the manager knows none";
    private static final String NOBODY_GOT_IT = "Warning: nobody got it: " + NOBODY;
    private static final String NOBODY_WOULD = "Nobody would get it: " + NOBODY;

    private PushReplyText() {}

    static void print(PushReply reply, boolean asJson, CliIo io) {
        if (asJson) {
            io.out().println(Printable.escape(toJson(reply).encode()));
        } else {
            printText(reply, io);
        }
        if (reply.getNodesTargeted() == 0) {
            io.err().println(reply.getDryRun() ? NOBODY_WOULD : NOBODY_GOT_IT);
        }
        if (reply.getMembershipStale()) {
            io.err().println("Warning: the manager's list of nodes may be out of date");
        }
    }

    /** Whether a node, or with {@code waited} a connection, that should have got it did not. */
    static boolean isPartial(PushReply reply, boolean waited) {
        Delivery total = reply.getDelivery();
        return reply.getNodesFailed() > 0
                || (waited
                        && (total.getWritten() + total.getDuplicate() < total.getMatched()
                                || reply.getNodesList().stream().anyMatch(node -> !hasReported(node))));
    }

    private static boolean hasReported(NodeReport node) {
        return node.getOutcome() == Outcome.OUTCOME_REPORTED;
    }

    private static void printText(PushReply reply, CliIo io) {
        StringBuilder text = new StringBuilder()
                .append(reply.getDryRun() ? "Dry run: " : "")
                .append(reply.getNodesAccepted())
                .append(" of ")
                .append(reply.getNodesTargeted())
                .append(
                        reply.getDryRun()
                                ? (reply.getNodesTargeted() == 1 ? " node was asked" : " nodes were asked")
                                : reply.getNodesTargeted() == 1 ? " node took it" : " nodes took it");
        if (reply.hasDelivery()) {
            text.append("; ").append(describe(reply.getDelivery(), reply.getDryRun()));
        }
        io.out()
                .println(text.append(" (message ")
                        .append(Printable.escape(reply.getMessageId()))
                        .append(')'));
        for (NodeReport node : reply.getNodesList()) {
            boolean isPlain = node.getOutcome() == Outcome.OUTCOME_ACCEPTED;
            if (!isPlain) {
                io.out().println("  " + describe(node, reply.getDryRun()));
            }
        }
    }

    private static String describe(NodeReport node, boolean dryRun) {
        String text = Printable.escape(node.getNodeId()) + ": " + word(node.getOutcome());
        if (node.hasDelivery()) {
            text += ", " + describe(node.getDelivery(), dryRun);
        }
        return node.getReason().isEmpty() ? text : text + ": " + Printable.escape(node.getReason());
    }

    private static String describe(Delivery delivery, boolean dryRun) {
        if (dryRun) {
            return delivery.getMatched()
                    + (delivery.getMatched() == 1 ? " connection would get it" : " connections would get it");
        }
        StringBuilder text = new StringBuilder()
                .append(delivery.getWritten())
                .append(" of ")
                .append(delivery.getMatched())
                .append(delivery.getMatched() == 1 ? " connection got it" : " connections got it");
        append(text, delivery.getDroppedSlow(), "dropped as too slow");
        append(text, delivery.getExpired(), "expired");
        append(text, delivery.getDuplicate(), "had it already");
        append(text, delivery.getConflated(), "replaced by a newer one");
        append(text, delivery.getUnknown(), "unknown");
        return text.toString();
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }

    private static String word(Outcome outcome) {
        return outcome.name().replace("OUTCOME_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
    }

    private static JsonObject toJson(PushReply reply) {
        JsonArray nodes = new JsonArray();
        for (NodeReport node : reply.getNodesList()) {
            JsonObject json = new JsonObject()
                    .put("node_id", node.getNodeId())
                    .put("outcome", node.getOutcome().name())
                    .put("reason", node.getReason());
            nodes.add(node.hasDelivery() ? json.put("delivery", toJson(node.getDelivery())) : json);
        }
        JsonObject json = new JsonObject()
                .put("message_id", reply.getMessageId())
                .put("nodes_targeted", reply.getNodesTargeted())
                .put("nodes_accepted", reply.getNodesAccepted())
                .put("nodes_failed", reply.getNodesFailed());
        if (reply.hasDelivery()) {
            json.put("delivery", toJson(reply.getDelivery()));
        }
        return json.put("nodes", nodes)
                .put("membership_stale", reply.getMembershipStale())
                .put("dry_run", reply.getDryRun());
    }

    private static JsonObject toJson(Delivery delivery) {
        return new JsonObject()
                .put("matched", delivery.getMatched())
                .put("written", delivery.getWritten())
                .put("dropped_slow", delivery.getDroppedSlow())
                .put("expired", delivery.getExpired())
                .put("duplicate", delivery.getDuplicate())
                .put("conflated", delivery.getConflated())
                .put("unknown", delivery.getUnknown());
    }
}
