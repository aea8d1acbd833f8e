package io.pushmanager.ingress;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many pushes of this process may be under way, and whether any may still come in. One for all ingress verticles.
 *
 * <p><b>Bound:</b> the configured number of pushes. <b>Thread:</b> any.
 */
public final class IngressGate {

    private static final long RETRY_AFTER_MILLIS = 100;

    private final int maxInFlight;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Promise<Void> idle = Promise.promise();
    private volatile boolean draining;

    private final int freePortGroup = GrpcEndpoint.newFreePortGroup();

    public IngressGate(IngressConfig config) {
        this.maxInFlight = config.maxInFlight();
    }

    /** Null when the push may come in; then {@link #leave} must follow. */
    @Nullable
    PushError enter() {
        int now = inFlight.incrementAndGet();
        if (draining) { // looked at after counting, so that no push slips past a drain that sees zero
            leave();
            return drainingError();
        }
        if (now > maxInFlight) {
            leave();
            return PushError.retryable(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "TOO_MANY_IN_FLIGHT",
                    maxInFlight + " pushes are under way already",
                    RETRY_AFTER_MILLIS);
        }
        return null;
    }

    void leave() {
        if (inFlight.decrementAndGet() == 0 && draining) {
            idle.tryComplete();
        }
    }

    /** From now on every push is answered UNAVAILABLE. What is under way goes on. Idempotent. */
    public void drain() {
        draining = true;
        if (inFlight.get() == 0) {
            idle.tryComplete();
        }
    }

    /** What the instances of ingress have in common when they listen at any free port. */
    int freePortGroup() {
        return freePortGroup;
    }

    public boolean isDraining() {
        return draining;
    }

    public int inFlight() {
        return inFlight.get();
    }

    /** Completes once a drain has begun and every push that had come in is answered. */
    public Future<Void> idle() {
        return idle.future();
    }

    static PushError drainingError() {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE, "DRAINING", "this Push-Manager is shutting down: use another one", 0);
    }
}
