package io.pushmanager.ingress;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.pushmanager.core.admission.CallerTable;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.wire.grpc.GrpcPeer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who the callers are: those of one address are one caller, however many connections they have. The one place that says so.
 *
 * <p>Asked once a connection, so that a push costs no look-up. <b>Bound:</b> the callers that are connected, and
 * {@value #MAX_AWAY} that are not. <b>Thread:</b> any.
 */
final class Callers {

    private static final int MAX_AWAY = 10_000;
    private static final long LEAST_KEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final CallerAccount NO_ROOM = CallerAccount.turnedAway(PushError.retryable(
            ErrorCode.UNAVAILABLE,
            "TOO_MANY_CONNECTIONS",
            "this process has no file descriptors left for connections",
            1_000));

    private final Clocks clocks;
    private final Strain strain;
    private final @Nullable Bandwidth limit;
    private final TimeMeter time;
    private final CallerTable<CallerAccount> table;

    Callers(IngressConfig config, Clocks clocks, Strain strain) {
        this.clocks = clocks;
        this.strain = strain;
        this.time = new MonotonicTime(clocks);
        this.limit = config.pushesPerSecond() == 0
                ? null
                : Bandwidth.builder()
                        .capacity(config.burst())
                        .refillGreedy(config.pushesPerSecond(), Duration.ofSeconds(1))
                        .build();
        // Until a bucket is full again; after that a new one is as good.
        long refillNanos = limit == null
                ? 0
                : (long) (1e9 * config.burst() / config.pushesPerSecond()) + TimeUnit.SECONDS.toNanos(1);
        this.table = new CallerTable<>(MAX_AWAY, Math.max(LEAST_KEPT_NANOS, refillNanos));
    }

    /** At the first request of a connection it is decided whether it may stay. */
    CallerAccount of(GrpcPeer peer) {
        if (peer.tag() instanceof CallerAccount known) {
            return known;
        }
        CallerAccount account;
        if (strain.takesConnection()) {
            account = joined(peer.host());
        } else {
            account = NO_ROOM;
            peer.dismiss();
        }
        peer.tag(account);
        return account;
    }

    private synchronized CallerAccount joined(String name) {
        return table.joined(name, clocks.nanoTime(), absent -> new CallerAccount(bucket(), () -> left(absent)));
    }

    private synchronized void left(String name) {
        table.left(name, clocks.nanoTime());
    }

    synchronized int connected() {
        return table.connected();
    }

    private @Nullable Bucket bucket() {
        Bandwidth bandwidth = limit;
        return bandwidth == null
                ? null
                : Bucket.builder()
                        .addLimit(bandwidth)
                        .withCustomTimePrecision(time)
                        .build();
    }

    /** Ours, so that tests can turn it. */
    private record MonotonicTime(Clocks clocks) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return clocks.nanoTime();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
