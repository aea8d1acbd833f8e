package io.pushmanager.ingress;

import io.pushmanager.core.admission.FairShare;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.GrpcPeer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much may be under way in this process and for each caller, and whether anything may still come in. One for all
 * ingress verticles.
 *
 * <p><b>Bound:</b> the configured pushes and bytes, divided by {@link FairShare} when it gets crowded. <b>Thread:</b> any;
 * never more than the bound for all of them together.
 * <b>Source:</b> docs/decisions/0015.
 */
public final class IngressGate {

    private static final long RETRY_AFTER_MILLIS = 100;
    private static final long RELIEF_MILLIS = 1_000;

    private static final PushError MEMORY_SHORT = exhausted(
            "MEMORY_SHORT", "this process is short of memory and takes no pushes until it is not", RELIEF_MILLIS);

    private final FairShare places;
    private final FairShare bytes;
    private final Callers callers;
    private final Meters meters;
    private final Strain strain;
    private final PushError tooMany;
    private final PushError tooLarge;
    private final PushError overShare;

    private final AtomicLong load = new AtomicLong();
    private final AtomicInteger holders = new AtomicInteger();
    private final Promise<Void> idle = Promise.promise();
    private volatile boolean draining;

    private final int freePortGroup = GrpcEndpoint.newFreePortGroup();

    public IngressGate(IngressConfig config, Clocks clocks, Meters meters, Strain strain) {
        this.places = new FairShare(config.maxInFlight());
        this.bytes = new FairShare(config.maxInFlightBytes());
        this.callers = new Callers(config, clocks, strain);
        this.meters = meters;
        this.strain = strain;
        this.tooMany = exhausted(
                "TOO_MANY_IN_FLIGHT", config.maxInFlight() + " pushes are under way already", RETRY_AFTER_MILLIS);
        this.tooLarge = exhausted(
                "TOO_MANY_BYTES",
                "pushes of " + config.maxInFlightBytes() + " bytes are under way already",
                RETRY_AFTER_MILLIS);
        this.overShare = exhausted(
                "OVER_FAIR_SHARE", "this caller has its share of pushes under way already", RETRY_AFTER_MILLIS);
        meters.gauge("push_manager_ingress_in_flight", this, IngressGate::inFlight);
        meters.gauge("push_manager_ingress_in_flight_bytes", load, all -> Load.bytes(all.get()));
        meters.gauge("push_manager_ingress_callers", callers, Callers::connected);
    }

    /** Whose pushes those over this connection are. */
    CallerAccount caller(GrpcPeer peer) {
        return callers.of(peer);
    }

    /** Null when the push may come in; then {@link #leave} must follow. */
    @Nullable
    PushError enter(CallerAccount caller, int size) {
        return take(caller, Load.push(size));
    }

    void leave(CallerAccount caller, int size) {
        giveBack(caller, Load.push(size));
    }

    /** Null when so many bytes of a push that has not come in whole yet may be held; then {@link #letGo} must follow. */
    @Nullable
    PushError hold(CallerAccount caller, int size) {
        return take(caller, size);
    }

    void letGo(CallerAccount caller, long size) {
        giveBack(caller, size);
    }

    /** Whether its next push would be refused for want of room: then it is better not read. */
    boolean isFullFor(CallerAccount caller) {
        long all = load.get();
        long mine = caller.load();
        int among = holders.get();
        return !places.admits(Load.pushes(all), Load.pushes(mine), 1, among)
                || !bytes.admits(Load.bytes(all), Load.bytes(mine), 1, among)
                || strain.isMemoryShort();
    }

    private @Nullable PushError take(CallerAccount caller, long more) {
        long mine = caller.addAndGet(more);
        if (mine == more) {
            holders.incrementAndGet();
        }
        PushError refusal = reserve(mine - more, more);
        if (refusal == null) {
            refusal = afterwards(caller, more);
            if (refusal == null) {
                return null;
            }
            giveBack(caller, more);
        } else if (caller.addAndGet(-more) == 0) {
            holders.decrementAndGet();
        }
        if (draining) {
            return drainingError();
        }
        meters.ingressRefused(refusal.reason());
        return refusal;
    }

    /** Never counts what it refuses, not for a moment: a flood of refusals would look like a full process to others. */
    private @Nullable PushError reserve(long mine, long more) {
        while (true) {
            long all = load.get();
            PushError full = full(mine, all, more);
            if (full != null || load.compareAndSet(all, all + more)) {
                return full;
            }
        }
    }

    private @Nullable PushError afterwards(CallerAccount caller, long more) {
        if (draining) { // looked at after counting, so that no push slips past a drain that sees zero
            return drainingError();
        }
        return Load.pushes(more) > 0 ? caller.pace() : null;
    }

    private @Nullable PushError full(long mine, long all, long more) {
        int among = holders.get();
        if (!places.admits(Load.pushes(all), Load.pushes(mine), Load.pushes(more), among)) {
            return places.isOver(Load.pushes(all), Load.pushes(more)) ? tooMany : overShare;
        }
        if (!bytes.admits(Load.bytes(all), Load.bytes(mine), Load.bytes(more), among)) {
            return bytes.isOver(Load.bytes(all), Load.bytes(more)) ? tooLarge : overShare;
        }
        return strain.isMemoryShort() ? MEMORY_SHORT : null;
    }

    private void giveBack(CallerAccount caller, long held) {
        if (caller.addAndGet(-held) == 0) {
            holders.decrementAndGet();
        }
        if (Load.pushes(load.addAndGet(-held)) == 0 && draining) {
            idle.tryComplete();
        }
    }

    /** From now on every push is answered UNAVAILABLE. What is under way goes on. Idempotent. */
    public void drain() {
        draining = true;
        if (inFlight() == 0) {
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
        return Load.pushes(load.get());
    }

    /** Completes once a drain has begun and every push that had come in is answered. */
    public Future<Void> idle() {
        return idle.future();
    }

    static PushError drainingError() {
        return PushError.retryable(
                ErrorCode.UNAVAILABLE, "DRAINING", "this Push-Manager is shutting down: use another one", 0);
    }

    private static PushError exhausted(String reason, String message, long retryAfterMillis) {
        return PushError.retryable(ErrorCode.RESOURCE_EXHAUSTED, reason, message, retryAfterMillis);
    }
}
