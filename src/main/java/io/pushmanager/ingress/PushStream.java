package io.pushmanager.ingress;

import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.MetadataKeys;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.ReplyMapper;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.GrpcErrors;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One PushStream: every item is a push of its own and gets a reply of its own.
 *
 * <p><b>Order:</b> items go to fan-out in stream order; replies come as they complete. <b>Bound:</b> at most
 * {@code window} items unanswered, and no reading while the caller has its share under way or does not read its replies. <b>Thread:</b> the
 * stream's event loop. <b>Failure:</b> a bad item is answered with a status; the stream goes on.
 */
final class PushStream {

    /** What all streams of a verticle have in common. */
    record Surroundings(
            PushRequests requests,
            IngressGate gate,
            PushDispatcher dispatcher,
            Clocks clocks,
            Meters meters,
            int window) {}

    private final GrpcCall<PushRequest, PushReply> call;
    private final Surroundings to;
    private final CallerAccount account;
    private final Consumer<PushStream> onEnd;
    private final @Nullable String traceparent;
    private long heardNanos;
    private int unanswered;
    private boolean paused;
    private boolean halfClosed;
    private boolean draining;

    PushStream(GrpcCall<PushRequest, PushReply> call, Surroundings surroundings, Consumer<PushStream> onEnd) {
        this.call = call;
        this.to = surroundings;
        this.account = surroundings.gate().caller(call.peer());
        this.onEnd = onEnd;
        this.heardNanos = surroundings.clocks().nanoTime();
        this.traceparent = call.metadata().get(MetadataKeys.TRACEPARENT);
    }

    void begin() {
        call.onMessage(this::push);
        call.onHalfClose(() -> {
            halfClosed = true;
            step();
        });
        call.onDrain(this::step);
        call.onEnd(() -> onEnd.accept(this));
    }

    void drain() {
        draining = true;
        step();
    }

    private void push(PushRequest request) {
        unanswered++;
        heardNanos = to.clocks().nanoTime();
        to.dispatcher().push(new Item(request, heardNanos, PushMessage.OVERHEAD_BYTES + call.messageBytes()));
        step();
    }

    /** A caller that says nothing, takes no replies or is long gone: nobody can tell. */
    void endIfSilent(long nowNanos, long limitNanos) {
        if (unanswered == 0 && nowNanos - heardNanos >= limitNanos) {
            call.fail(PushError.of(
                    ErrorCode.DEADLINE_EXCEEDED,
                    "STREAM_IDLE",
                    "nothing came for " + TimeUnit.NANOSECONDS.toMillis(limitNanos) + " ms (ingress.idle-timeout)"));
        }
    }

    /** One item under way. */
    private final class Item implements PushDispatcher.Caller {
        private @Nullable PushRequest request;
        private final String correlationId;
        private final long startNanos;
        private final int size;

        Item(PushRequest request, long startNanos, int size) {
            this.size = size;
            this.request = request;
            this.correlationId = request.getCorrelationId();
            this.startNanos = startNanos;
        }

        @Override
        public CallerAccount account() {
            return account;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Checked check() {
            PushRequest item = Objects.requireNonNull(request);
            request = null; // what it carries is the push's from here
            long deadlineNanos = startNanos + GrpcEndpoint.DEFAULT_TIMEOUT_NANOS;
            if (call.hasDeadline() && call.deadlineNanos() - deadlineNanos < 0) {
                deadlineNanos = call.deadlineNanos();
            }
            return to.requests().item(item, new Arrival(Api.PUSH_STREAM, deadlineNanos, traceparent));
        }

        @Override
        public void accept(PushAnswer answer) {
            unanswered--;
            String code = answer instanceof PushError error ? error.code().name() : "OK";
            heardNanos = to.clocks().nanoTime();
            to.meters().apiRequest(Api.PUSH_STREAM, code, heardNanos - startNanos);
            call.write(reply(answer).setCorrelationId(correlationId).build());
            step();
        }
    }

    private static PushReply.Builder reply(PushAnswer answer) {
        return answer instanceof PushResult result
                ? ReplyMapper.toBuilder(result)
                : PushReply.newBuilder().setStatus(GrpcErrors.toStatus((PushError) answer));
    }

    /** With nothing unanswered nobody would ever say that there is room again: then the next item is refused instead. */
    private boolean hasRoom() {
        return unanswered == 0 || !to.gate().isFullFor(account);
    }

    /** Ends when everything is answered, else reads on or stops reading. */
    private void step() {
        if (!call.isOpen()) {
            return;
        }
        if (unanswered == 0 && halfClosed) {
            call.end();
        } else if (unanswered == 0 && draining) {
            call.fail(IngressGate.drainingError());
        } else {
            boolean mayRead = !draining && unanswered < to.window() && !call.isWriteQueueFull() && hasRoom();
            if (mayRead == paused) {
                paused = !mayRead;
                if (mayRead) {
                    call.resume();
                } else {
                    call.pause();
                }
            }
        }
    }
}
