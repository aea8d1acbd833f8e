package io.pushmanager.nodeclient;

import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;

/** How one unary gRPC call ended. */
sealed interface CallEnd {

    /**
     * The peer answered.
     *
     * @param message what it said about a status other than OK
     * @param payload the reply; empty without one
     */
    record Answered(GrpcStatus status, String message, Buffer payload) implements CallEnd {}

    /** The peer certainly has not processed the call. */
    record NotProcessed(String reason) implements CallEnd {}

    /** The call broke off: the peer may or may not have processed it. */
    record Broken(String reason) implements CallEnd {}

    /** Our deadline passed: the peer may or may not have processed it. */
    record TimedOut() implements CallEnd {}
}
