package io.pushmanager.connect.inbox;

import com.google.protobuf.util.Durations;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.ExplainDeliveryReply;
import io.pushmanager.proto.pubsub.ExplainDeliveryRequest;
import io.pushmanager.wire.Violations;
import io.pushmanager.wire.grpc.PushErrorException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code ExplainDelivery}: when this node had a push, and when it handed it on. <b>Thread:</b> any. */
final class DeliveryExplainer {

    private final Function<String, @Nullable List<NodeDelivery>> trails;

    /** @param trails null when nothing is kept */
    DeliveryExplainer(Function<String, @Nullable List<NodeDelivery>> trails) {
        this.trails = trails;
    }

    ExplainDeliveryReply explain(ExplainDeliveryRequest request) throws PushErrorException {
        Violations violations = new Violations();
        violations.requireId("message_id", request.getMessageId());
        PushError error = violations.toError();
        List<NodeDelivery> found = error == null ? trails.apply(request.getMessageId()) : null;
        if (found == null) {
            throw new PushErrorException(
                    error != null
                            ? error
                            : PushError.of(
                                    ErrorCode.UNIMPLEMENTED,
                                    "NOTHING_KEPT",
                                    "this node keeps nothing of its pushes (explain.enabled)"));
        }
        ExplainDeliveryReply.Builder reply = ExplainDeliveryReply.newBuilder();
        for (NodeDelivery delivery : found) {
            var proto = reply.addDeliveriesBuilder().setAge(Durations.fromNanos(delivery.ageNanos()));
            if (delivery.writtenNanos() >= 0) {
                proto.setWritten(Durations.fromNanos(delivery.writtenNanos()));
            }
            if (delivery.flushedNanos() >= 0) {
                proto.setFlushed(Durations.fromNanos(delivery.flushedNanos()));
            }
        }
        return reply.build();
    }
}
