package io.pushmanager.wire.grpc;

/** Hears of the end of each call, however it came. <b>Thread:</b> the event loop of the call. */
@FunctionalInterface
public interface CallObserver {

    CallObserver NONE = (method, code, durationNanos) -> {};

    /**
     * @param method such as {@code pubsub.PushManagerService/PushToRoom}; always a method that the endpoint serves
     * @param code the gRPC status name, {@code OK} included
     */
    void ended(String method, String code, long durationNanos);
}
