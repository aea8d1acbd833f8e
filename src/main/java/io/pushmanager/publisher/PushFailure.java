package io.pushmanager.publisher;

import io.pushmanager.core.outcome.ErrorCode;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Why a push has no result. Its {@code failureCode} is the gRPC code. */
public final class PushFailure extends ReplyException {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    private PushFailure(ReplyFailure type, ErrorCode code, String message) {
        super(type, code.grpcCode(), message);
        this.code = code;
    }

    static PushFailure of(Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return new PushFailure(ReplyFailure.ERROR, ErrorCode.INTERNAL, String.valueOf(failure.getMessage()));
        }
        return switch (reply.failureType()) {
            case NO_HANDLERS ->
                new PushFailure(reply.failureType(), ErrorCode.UNAVAILABLE, "no Push-Manager on this event bus");
            case TIMEOUT ->
                new PushFailure(
                        reply.failureType(),
                        ErrorCode.DEADLINE_EXCEEDED,
                        "no answer in time: it may have been delivered");
            default ->
                new PushFailure(reply.failureType(), codeOf(reply.failureCode()), String.valueOf(reply.getMessage()));
        };
    }

    public ErrorCode code() {
        return code;
    }

    /** Whether it may have been delivered all the same: repeat it with the same message id only. */
    public boolean isInDoubt() {
        return code == ErrorCode.DEADLINE_EXCEEDED || code == ErrorCode.UNAVAILABLE || code == ErrorCode.INTERNAL;
    }

    static ErrorCode codeOf(int grpcCode) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.grpcCode() == grpcCode) {
                return code;
            }
        }
        return ErrorCode.UNKNOWN;
    }
}
