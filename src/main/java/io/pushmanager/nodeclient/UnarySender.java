package io.pushmanager.nodeclient;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PushMessageBatchReply;
import io.pushmanager.wire.DeliveryMapper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls that one push to one node needs, and says what they amount to.
 *
 * <p>That is one {@code PushMessageBatch}; once a node has said that it does not know it, {@code PushServer.Broadcast} for good,
 * one call per user, in turn. <b>Thread:</b> event loop only.
 */
final class UnarySender {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final CallTable table;
    private final Clocks clocks;
    private final long callDeadlineNanos;
    private final Consumer<String> foreign;

    private boolean broadcastOnly;
    /** The common part of the calls of {@code optionsOf}; made once per connection. */
    private @Nullable RequestOptions batchOptions;

    private @Nullable NodeConnection optionsOf;

    /** @param foreign told what the node said when it is another instance than the one meant */
    UnarySender(CallTable table, Clocks clocks, long callDeadlineNanos, Consumer<String> foreign) {
        this.table = table;
        this.clocks = clocks;
        this.callDeadlineNanos = callDeadlineNanos;
        this.foreign = foreign;
    }

    Future<LinkReply> send(NodeConnection connection, PushMessage message, long deadlineNanos) {
        if (broadcastOnly) {
            return broadcast(connection, message, deadlineNanos);
        }
        return call(
                        connection,
                        batchOptions(connection),
                        NodeRequestMapper.batch(message, clocks.nanoTime()),
                        message,
                        deadlineNanos)
                .compose(end -> {
                    if (isUnimplemented(end)) {
                        broadcastOnly = true;
                        return broadcast(connection, message, deadlineNanos);
                    }
                    return Future.succeededFuture(
                            isOk(end) ? counted(((CallEnd.Answered) end).payload()) : reply(end, deadlineNanos));
                });
    }

    private Future<LinkReply> broadcast(NodeConnection connection, PushMessage message, long deadlineNanos) {
        if (message.action() != null) { // it would become a push
            return Future.succeededFuture(
                    new LinkReply.Failed("the node knows only Broadcast, which can do nothing but push"));
        }
        if (!message.target().excludedUserIds().isEmpty()) {
            return Future.succeededFuture(
                    new LinkReply.Failed("the node knows only Broadcast, which cannot leave users out"));
        }
        RequestOptions options = connection.method(NodeMethods.BROADCAST);
        List<String> users = message.target().userIds();
        Future<LinkReply> taken =
                broadcastTo(connection, options, message, users.isEmpty() ? "" : users.get(0), deadlineNanos);
        for (int i = 1; i < users.size(); i++) {
            String user = users.get(i);
            taken = taken.compose(before -> before instanceof LinkReply.Uncounted
                    ? broadcastTo(connection, options, message, user, deadlineNanos)
                            .map(UnarySender::notFirst)
                    : Future.succeededFuture(before));
        }
        return taken;
    }

    private Future<LinkReply> broadcastTo(
            NodeConnection connection, RequestOptions options, PushMessage message, String user, long deadlineNanos) {
        return call(connection, options, NodeRequestMapper.broadcast(message, user), message, deadlineNanos)
                .map(end -> isOk(end) ? new LinkReply.Uncounted() : reply(end, deadlineNanos));
    }

    /** The users before this one have it already, so that the whole push must not be sent again. */
    private static LinkReply notFirst(LinkReply reply) {
        return reply instanceof LinkReply.Unprocessed unprocessed
                ? new LinkReply.Failed("only some of the users were reached: " + unprocessed.reason())
                : reply;
    }

    private Future<CallEnd> call(
            NodeConnection connection, RequestOptions options, Buffer frame, PushMessage message, long deadlineNanos) {
        long remaining = deadlineNanos - clocks.nanoTime();
        if (remaining <= 0) {
            return Future.succeededFuture(new CallEnd.NotProcessed("no time left"));
        }
        UnaryCall call = connection.call(frame, remaining / NANOS_PER_MILLI + 1, message.traceparent());
        return table.watch(call, deadlineNanos, () -> connection.start(call, options));
    }

    private static LinkReply counted(Buffer payload) {
        try {
            PushMessageBatchReply reply = PushMessageBatchReply.parseFrom(payload.getBytes());
            return reply.hasDelivery()
                    ? new LinkReply.Reported(DeliveryMapper.toCore(reply.getDelivery()))
                    : new LinkReply.Uncounted();
        } catch (InvalidProtocolBufferException garbage) {
            return new LinkReply.Failed("the node's reply cannot be read");
        }
    }

    private LinkReply reply(CallEnd end, long deadlineNanos) {
        if (end instanceof CallEnd.NotProcessed notProcessed) {
            return new LinkReply.Unprocessed(Reasons.clean(notProcessed.reason()));
        }
        if (end instanceof CallEnd.TimedOut) {
            return timedOut();
        }
        if (!(end instanceof CallEnd.Answered answered)) {
            return new LinkReply.Failed(Reasons.of(end));
        }
        return switch (answered.status()) {
            case FAILED_PRECONDITION -> {
                foreign.accept(answered.message());
                yield new LinkReply.Failed("another process answers at the node's address");
            }
            case ALREADY_EXISTS -> new LinkReply.Failed("message_id was used with other content");
            case DEADLINE_EXCEEDED -> timedOut();
            // A server that keeps the deadline itself may cancel a moment before we do.
            case CANCELLED ->
                deadlineNanos - clocks.nanoTime() < callDeadlineNanos / 10
                        ? timedOut()
                        : new LinkReply.Failed(Reasons.of(end));
            default -> new LinkReply.Failed(Reasons.of(end));
        };
    }

    private static LinkReply timedOut() {
        return new LinkReply.TimedOut("the node did not answer in time");
    }

    private RequestOptions batchOptions(NodeConnection connection) {
        RequestOptions options = batchOptions;
        if (options == null || optionsOf != connection) {
            options = connection.method(NodeMethods.PUSH_MESSAGE_BATCH);
            batchOptions = options;
            optionsOf = connection;
        }
        return options;
    }

    private static boolean isOk(CallEnd end) {
        return end instanceof CallEnd.Answered answered && answered.status() == GrpcStatus.OK;
    }

    private static boolean isUnimplemented(CallEnd end) {
        return end instanceof CallEnd.Answered answered && answered.status() == GrpcStatus.UNIMPLEMENTED;
    }
}
