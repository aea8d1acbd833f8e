package io.pushmanager.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushError.FieldViolation;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.wire.ReplyMapper;
import io.pushmanager.wire.grpc.GrpcErrors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Answers as JSON: {@code PushReply} with the proto's field names, and errors as
 * {@code {"code","status","message","details"}}.
 *
 * <p>Counts are numbers, zeros are written, and {@code delivery} is absent where the proto has it unset; a protobuf JSON
 * parser reads all of it. <b>Thread:</b> any.
 */
public final class ReplyJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String TYPE = "type.googleapis.com/google.rpc.";

    private ReplyJson() {}

    public static byte[] write(PushResult result) {
        return document(out -> writeFields(result, out));
    }

    private static void writeFields(PushResult result, JsonGenerator out) throws IOException {
        out.writeStringField("message_id", result.messageId());
        out.writeNumberField("nodes_targeted", result.nodesTargeted());
        out.writeNumberField("nodes_accepted", result.nodesAccepted());
        out.writeNumberField("nodes_failed", result.nodesFailed());
        DeliveryCounts delivery = result.delivery();
        if (delivery != null) {
            write(delivery, out);
        }
        out.writeArrayFieldStart("nodes");
        for (NodeReport node : result.nodes()) {
            write(node, out);
        }
        out.writeEndArray();
        out.writeBooleanField("membership_stale", result.membershipStale());
        out.writeBooleanField("dry_run", result.dryRun());
    }

    /** An array of replies; one of a push that failed has only {@code status}, as in a PushStream. */
    public static byte[] writeMany(List<PushAnswer> answers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 160 * answers.size());
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            out.writeStartArray();
            for (PushAnswer answer : answers) {
                out.writeStartObject();
                if (answer instanceof PushError error) {
                    out.writeObjectFieldStart("status");
                    writeFields(error, out);
                    out.writeEndObject();
                } else {
                    writeFields((PushResult) answer, out);
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    public static byte[] write(PushError error) {
        return document(out -> {
            out.writeNumberField("code", error.code().grpcCode());
            out.writeStringField("status", error.code().name());
            writeMessageAndDetails(error, out);
        });
    }

    /** {@code google.rpc.Status}. */
    private static void writeFields(PushError error, JsonGenerator out) throws IOException {
        out.writeNumberField("code", error.code().grpcCode());
        writeMessageAndDetails(error, out);
    }

    private static void writeMessageAndDetails(PushError error, JsonGenerator out) throws IOException {
        out.writeStringField("message", error.message());
        out.writeArrayFieldStart("details");
        writeDetails(error, out);
        out.writeEndArray();
    }

    private static void write(NodeReport node, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("node_id", node.nodeId());
        out.writeStringField("outcome", ReplyMapper.toProto(node.outcome()).name());
        out.writeStringField("reason", node.reason());
        DeliveryCounts delivery = node.delivery();
        if (delivery != null) {
            write(delivery, out);
        }
        out.writeEndObject();
    }

    private static void write(DeliveryCounts counts, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("delivery");
        out.writeNumberField("matched", counts.matched());
        out.writeNumberField("written", counts.written());
        out.writeNumberField("dropped_slow", counts.droppedSlow());
        out.writeNumberField("expired", counts.expired());
        out.writeNumberField("duplicate", counts.duplicate());
        out.writeNumberField("conflated", counts.conflated());
        out.writeNumberField("unknown", counts.unknown());
        out.writeEndObject();
    }

    private static void writeDetails(PushError error, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("@type", TYPE + "ErrorInfo");
        out.writeStringField("reason", error.reason());
        out.writeStringField("domain", GrpcErrors.DOMAIN);
        out.writeEndObject();
        List<FieldViolation> violations = error.violations();
        if (!violations.isEmpty()) {
            out.writeStartObject();
            out.writeStringField("@type", TYPE + "BadRequest");
            out.writeArrayFieldStart("field_violations");
            for (FieldViolation violation : violations) {
                out.writeStartObject();
                out.writeStringField("field", violation.field());
                out.writeStringField("description", violation.description());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        Long retryAfterMillis = error.retryAfterMillis();
        if (retryAfterMillis != null) {
            out.writeStartObject();
            out.writeStringField("@type", TYPE + "RetryInfo");
            out.writeStringField("retry_delay", retryAfterMillis / 1000.0 + "s");
            out.writeEndObject();
        }
    }

    private interface Body {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static byte[] document(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            body.writeTo(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }
}
