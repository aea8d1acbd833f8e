package io.pushmanager.core.outcome;

/** Why a push, or a call, was not taken. The numbers are gRPC's. */
public enum ErrorCode {
    CANCELLED(1, 499),
    UNKNOWN(2, 500),
    INVALID_ARGUMENT(3, 400),
    DEADLINE_EXCEEDED(4, 504),
    NOT_FOUND(5, 404),
    ALREADY_EXISTS(6, 409),
    PERMISSION_DENIED(7, 403),
    RESOURCE_EXHAUSTED(8, 429),
    FAILED_PRECONDITION(9, 400),
    UNIMPLEMENTED(12, 501),
    INTERNAL(13, 500),
    UNAVAILABLE(14, 503),
    UNAUTHENTICATED(16, 401);

    private final int grpcCode;
    private final int httpStatus;

    ErrorCode(int grpcCode, int httpStatus) {
        this.grpcCode = grpcCode;
        this.httpStatus = httpStatus;
    }

    public int grpcCode() {
        return grpcCode;
    }

    public int httpStatus() {
        return httpStatus;
    }
}
