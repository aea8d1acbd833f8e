package io.pushmanager.wire.grpc;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, one answer. The method runs once the caller has half-closed, so that a second message is noticed.
 *
 * <p><b>Thread:</b> the call's event loop.
 */
final class UnaryExchange<Q, R> {

    private static final Logger LOG = LoggerFactory.getLogger(UnaryExchange.class);

    private final UnaryMethod<Q, R> method;
    private final GrpcCall<Q, R> call;
    private @Nullable Q request;

    UnaryExchange(UnaryMethod<Q, R> method, GrpcCall<Q, R> call) {
        this.method = method;
        this.call = call;
    }

    void begin() {
        call.onMessage(message -> {
            if (request == null) {
                request = message;
            } else {
                call.fail(
                        PushError.of(ErrorCode.INVALID_ARGUMENT, "TOO_MANY_MESSAGES", "a unary call has one message"));
            }
        });
        call.onHalfClose(this::run);
    }

    private void run() {
        Q message = request;
        if (message == null) {
            call.fail(PushError.of(ErrorCode.INVALID_ARGUMENT, "NO_MESSAGE", "a unary call has one message"));
            return;
        }
        Future<R> answer;
        try {
            answer = method.handle(message, call);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(call::end, failure -> {
            if (!(failure instanceof PushErrorException)) {
                LOG.error("a call failed unexpectedly", failure);
            }
            call.fail(GrpcErrors.of(failure));
        });
    }
}
