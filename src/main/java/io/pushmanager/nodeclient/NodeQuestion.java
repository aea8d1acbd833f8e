package io.pushmanager.nodeclient;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import io.pushmanager.bus.NodeExplainAnswer.Said;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ExplainDeliveryReply;
import io.pushmanager.proto.pubsub.ExplainDeliveryRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks a node what it knows of a push: a call of its own, made only when somebody wants to know.
 *
 * <p><b>Bound:</b> {@value #CALLS} at a time. <b>Time:</b> {@value #TIMEOUT_MILLIS} ms. <b>Failure:</b> is said. <b>Thread:</b> event
 * loop only.
 */
final class NodeQuestion {

    private static final int CALLS = 4;
    private static final long TIMEOUT_MILLIS = 1_000;

    private final NodeLink link;
    private final Clocks clocks;
    private final CallTable table;

    NodeQuestion(Vertx vertx, NodeLink link, Clocks clocks) {
        this.link = link;
        this.clocks = clocks;
        this.table = new CallTable(vertx, clocks, CALLS);
    }

    Future<Said> ask(String messageId) {
        NodeConnection connection = link.live();
        long asked = clocks.nanoTime();
        if (connection == null) {
            return Future.succeededFuture(new Said(asked, asked, List.of(), link.downReason()));
        }
        Buffer frame = NodeRequestMapper.frame(
                ExplainDeliveryRequest.newBuilder().setMessageId(messageId).build());
        UnaryCall call = connection.call(frame, TIMEOUT_MILLIS, null);
        return table.watch(
                        call,
                        asked + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS),
                        () -> connection.start(call, connection.method(NodeMethods.EXPLAIN_DELIVERY)))
                .map(end -> said(end, asked));
    }

    /** Nobody is answered any more. */
    void close() {
        table.abortAll("the node client is closing");
    }

    private Said said(CallEnd end, long asked) {
        long answered = clocks.nanoTime();
        if (end instanceof CallEnd.Answered reply && reply.status() == GrpcStatus.OK) {
            try {
                return new Said(asked, answered, deliveries(reply.payload()), "");
            } catch (InvalidProtocolBufferException garbage) {
                return new Said(asked, answered, List.of(), "the node's answer cannot be read");
            }
        }
        if (end instanceof CallEnd.Answered refusal && refusal.status() == GrpcStatus.UNIMPLEMENTED) {
            return new Said(asked, answered, List.of(), "the node keeps nothing of its pushes");
        }
        String why = end instanceof CallEnd.TimedOut
                ? "the node did not answer within " + TIMEOUT_MILLIS + " ms"
                : Reasons.of(end);
        return new Said(asked, answered, List.of(), why);
    }

    private static List<NodeDelivery> deliveries(Buffer payload) throws InvalidProtocolBufferException {
        List<NodeDelivery> found = new ArrayList<>();
        for (var delivery : ExplainDeliveryReply.parseFrom(payload.getBytes()).getDeliveriesList()) {
            found.add(new NodeDelivery(
                    Durations.toNanos(delivery.getAge()),
                    delivery.hasWritten() ? Durations.toNanos(delivery.getWritten()) : -1,
                    delivery.hasFlushed() ? Durations.toNanos(delivery.getFlushed()) : -1));
        }
        return found;
    }
}
