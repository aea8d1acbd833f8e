package io.pushmanager.ingress;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.PushRequests.Valid;
import io.vertx.core.Future;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a push to fan-out, by whatever way it came in, and always comes back with an answer.
 *
 * <p><b>Order:</b> pushes of one event loop reach fan-out in the order of the calls. <b>Time:</b> fan-out answers before
 * the deadline; the bus gives up {@value #MARGIN_MILLIS} ms after it. <b>Failure:</b> an answer, never a failed future.
 */
final class PushDispatcher {

    /** Later than fan-out's own reply, so that this one only shows when fan-out is gone. */
    private static final long MARGIN_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(PushDispatcher.class);

    private final IngressGate gate;
    private final Bus bus;
    private final Clocks clocks;
    private final Tracing tracing;

    PushDispatcher(IngressGate gate, Bus bus, Clocks clocks, Tracing tracing) {
        this.gate = gate;
        this.bus = bus;
        this.clocks = clocks;
        this.tracing = tracing;
    }

    /** Validates only what may come in. */
    Future<PushAnswer> push(Supplier<Checked> validation) {
        PushError closed = gate.enter();
        if (closed != null) {
            return Future.succeededFuture(closed);
        }
        Checked checked = validation.get();
        if (checked instanceof Invalid invalid) {
            gate.leave();
            return Future.succeededFuture(invalid.error());
        }
        PushMessage valid = ((Valid) checked).message();
        Tracing.Span span = tracing.start(valid.api().label(), valid.traceparent());
        PushMessage message = tracing.isOn() ? valid.withTraceparent(span.traceparent()) : valid;
        long leftNanos = Math.max(0, message.deadlineNanos() - clocks.nanoTime());
        return bus.request(
                        Addresses.FANOUT, message, Duration.ofNanos(leftNanos).plusMillis(MARGIN_MILLIS))
                .otherwise(PushDispatcher::unanswered)
                .onSuccess(answer -> {
                    gate.leave();
                    span.end(answer instanceof PushError error ? error.code().name() : "OK");
                });
    }

    private static PushAnswer unanswered(Throwable failure) {
        ReplyFailure kind = failure instanceof ReplyException reply ? reply.failureType() : ReplyFailure.ERROR;
        return switch (kind) {
            case TIMEOUT -> PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "deadline exceeded");
            case NO_HANDLERS ->
                PushError.retryable(
                        ErrorCode.UNAVAILABLE, "NOT_READY", "this Push-Manager does not take pushes now", 1_000);
            case RECIPIENT_FAILURE, ERROR -> {
                LOG.error("fan-out failed", failure);
                yield PushError.of(ErrorCode.INTERNAL, "INTERNAL", "internal error");
            }
        };
    }
}
