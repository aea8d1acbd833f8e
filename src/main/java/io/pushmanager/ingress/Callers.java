package io.pushmanager.ingress;

import io.pushmanager.core.admission.CallerTable;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.wire.grpc.GrpcPeer;
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
    /** Null: none; then no class of the library is loaded. */
    private final @Nullable RateLimit limit;

    private final CallerTable<CallerAccount> table;

    Callers(IngressConfig config, Clocks clocks, Strain strain) {
        this.clocks = clocks;
        this.strain = strain;
        this.limit =
                config.pushesPerSecond() == 0 ? null : new RateLimit(config.pushesPerSecond(), config.burst(), clocks);
        this.table =
                new CallerTable<>(MAX_AWAY, Math.max(LEAST_KEPT_NANOS, limit == null ? 0 : limit.fullAfterNanos()));
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
        return table.joined(
                name,
                clocks.nanoTime(),
                absent -> new CallerAccount(limit == null ? null : limit.newBucket(), () -> left(absent)));
    }

    private synchronized void left(String name) {
        table.left(name, clocks.nanoTime());
    }

    synchronized int connected() {
        return table.connected();
    }
}
