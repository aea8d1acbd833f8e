package io.pushmanager.cli;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.Delivery;
import io.pushmanager.proto.pubsub.ExplainPushReply;
import io.pushmanager.proto.pubsub.NodeTrail;
import io.pushmanager.proto.pubsub.PushTrail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What became of a push, for people, or as JSON with the proto's field names and durations in seconds. */
final class ExplainText {

    private static final List<String> HEADINGS = List.of(
            "NODE",
            "OUTCOME",
            "MATCHED",
            "WRITTEN",
            "MAILBOX",
            "SENT",
            "RECEIVED",
            "WRITTEN AT",
            "FLUSHED",
            "ENDED",
            "NODE TIMES ±",
            "WHY");

    private ExplainText() {}

    static void print(ExplainPushReply reply, boolean asJson, CliIo io) {
        if (asJson) {
            try {
                io.out()
                        .println(Printable.escape(JsonFormat.printer()
                                .preservingProtoFieldNames()
                                .omittingInsignificantWhitespace()
                                .print(reply)));
            } catch (InvalidProtocolBufferException impossible) {
                throw new IllegalStateException(impossible);
            }
            return;
        }
        for (PushTrail trail : reply.getTrailsList()) {
            io.out().println(heading(reply, trail));
            if (trail.getNodesCount() == 0) {
                io.out().println("  it concerned no node");
                continue;
            }
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEADINGS);
            trail.getNodesList().forEach(node -> rows.add(row(node)));
            Table.print(rows, io.out());
        }
        io.out().println("Times are milliseconds since the Push-Manager had it.");
    }

    private static String heading(ExplainPushReply reply, PushTrail trail) {
        StringBuilder text = new StringBuilder("message ").append(Printable.escape(reply.getMessageId()));
        if (!trail.hasReceivedAt()) {
            return text.append(": all but this is forgotten; times are since its mailbox")
                    .toString();
        }
        text.append(": ")
                .append(Printable.escape(trail.getKind()))
                .append(" by ")
                .append(Printable.escape(trail.getApi()))
                .append(" at ")
                .append(Timestamps.toString(trail.getReceivedAt()))
                .append(", fan-out ")
                .append(time(true, trail.getFanOut()))
                .append(" ms, ")
                .append(trail.getAck().name().replace("ACK_", "").toLowerCase(Locale.ROOT));
        return text.append(
                        trail.hasAnswered()
                                ? " answered " + time(true, trail.getAnswered()) + " ms"
                                : " not answered yet")
                .toString();
    }

    private static List<String> row(NodeTrail node) {
        Delivery delivery = node.getDelivery();
        String why = node.getReason();
        if (!node.getNodeSilent().isEmpty()) {
            why += (why.isEmpty() ? "" : "; ") + node.getNodeSilent();
        }
        return List.of(
                Printable.escape(node.getNodeId()),
                node.getOutcome()
                        .name()
                        .replace("OUTCOME_", "")
                        .replace('_', ' ')
                        .toLowerCase(Locale.ROOT),
                node.hasDelivery() ? Long.toString(delivery.getMatched()) : "-",
                node.hasDelivery() ? Long.toString(delivery.getWritten()) : "-",
                time(node.hasMailbox(), node.getMailbox()),
                time(node.hasSent(), node.getSent()),
                time(node.hasReceived(), node.getReceived()),
                time(node.hasWritten(), node.getWritten()),
                time(node.hasFlushed(), node.getFlushed()),
                time(node.hasEnded(), node.getEnded()),
                time(node.hasNodeClockError(), node.getNodeClockError()),
                why.isEmpty() ? "-" : Printable.escape(why));
    }

    private static String time(boolean isKnown, Duration since) {
        return isKnown ? String.format(Locale.ROOT, "%.3f", Durations.toNanos(since) / 1e6) : "-";
    }
}
