package io.pushmanager.ingress;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.wire.grpc.GrpcPeer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one caller has under way, and how fast it may push. Who a caller is, {@link Callers} says.
 *
 * <p><b>Thread:</b> any. The rate limit costs nothing where there is none.
 */
final class CallerAccount implements GrpcPeer.Tag {

    private final AtomicLong load = new AtomicLong();
    private final @Nullable Bucket bucket;
    private final @Nullable PushError turnedAway;
    private final Runnable onGone;

    /** @param bucket null: it may push as fast as it can */
    CallerAccount(@Nullable Bucket bucket, Runnable onGone) {
        this.bucket = bucket;
        this.turnedAway = null;
        this.onGone = onGone;
    }

    private CallerAccount(PushError turnedAway) {
        this.bucket = null;
        this.turnedAway = turnedAway;
        this.onGone = () -> {};
    }

    /** Of a connection that may not stay: every push gets the same answer. */
    static CallerAccount turnedAway(PushError why) {
        return new CallerAccount(why);
    }

    /** As {@link AtomicLong#addAndGet}, of a {@link Load}. */
    long addAndGet(long more) {
        return load.addAndGet(more);
    }

    long load() {
        return load.get();
    }

    /** Null when it may push now; then that is counted. */
    @Nullable
    PushError pace() {
        Bucket limit = bucket;
        if (limit == null) {
            return turnedAway;
        }
        ConsumptionProbe probe = limit.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return null;
        }
        long waitMillis = TimeUnit.NANOSECONDS.toMillis(probe.getNanosToWaitForRefill()) + 1;
        return PushError.retryable(
                ErrorCode.RESOURCE_EXHAUSTED,
                "RATE_LIMITED",
                "this caller pushes faster than it may (ingress.rate-limit.per-second)",
                waitMillis);
    }

    @Override
    public void gone() {
        onGone.run();
    }
}
