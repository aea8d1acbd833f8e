package io.pushmanager.wire.grpc;

import io.pushmanager.core.outcome.PushError;

/** Carries a {@link PushError} through a failed future to the edge that answers it. Has no stack trace: it is a value. */
public final class PushErrorException extends RuntimeException {

    private final transient PushError error;

    public PushErrorException(PushError error) {
        super(error.code() + " " + error.reason() + ": " + error.message(), null, false, false);
        this.error = error;
    }

    public PushError error() {
        return error;
    }
}
