package io.pushmanager.nodeclient;

import io.pushmanager.core.link.BeatRing;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.retry.Backoff;
import io.pushmanager.core.retry.Breaker;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import java.net.ConnectException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to one process of a Connect-Node: one HTTP/2 connection, made at once and kept, over which a {@link PushSender} sends.
 *
 * <p>A connection counts as live from the first answered health check, by which the node learns which manager has
 * connected, until it closes or goes silent: a check left unanswered for the probe timeout, with nothing else heard meanwhile.
 * Attempts to connect are made one at a time, by this class only and never by a push, with a growing, jittered
 * back-off: a dead node costs the same whatever is pushed to it.
 *
 * <p><b>Thread:</b> event loop only; the listener is called there. <b>Bound:</b> one connection (and, after a GOAWAY, the
 * former one until its calls end), two timers.
 */
final class NodeLink {

    /** Told of every change, and of nothing else. */
    interface Listener {
        void connected(NodeConnection connection);

        void disconnected(String reason);

        /** Nobody listens at the node's address: the process is gone, or its host refuses. */
        void refused(String reason);

        /** This link will never work again. {@link #disconnected} came before, if it was connected. */
        void dead(String reason);

        /** Whether somebody else looks after the life of the connection now, so that no health checks are needed. */
        boolean watchesLife();
    }

    private static final long NO_TIMER = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int PROBES = 2;

    private final Vertx vertx;
    private final Context context;
    private final NodeInfo node;
    private final NodeClientConfig config;
    private final String managerInstanceId;
    private final Clocks clocks;
    private final DoubleSupplier jitter;
    private final Listener listener;
    private final Breaker breaker;
    private final CallTable table;
    private final LoopBeat checks;

    private @Nullable NodeConnection opening;
    private @Nullable NodeConnection live;
    private @Nullable String deadReason;
    private String downReason = "not connected yet";
    private long reconnectTimer = NO_TIMER;
    private BeatRing.@Nullable Place<?> turn;
    private boolean checking;
    private boolean closed;

    NodeLink(
            Vertx vertx,
            NodeInfo node,
            NodeClientConfig config,
            String managerInstanceId,
            Clocks clocks,
            DoubleSupplier jitter,
            LoopBeats beats,
            Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.node = node;
        this.config = config;
        this.managerInstanceId = managerInstanceId;
        this.clocks = clocks;
        this.jitter = jitter;
        this.listener = listener;
        Backoff backoff = new Backoff(
                config.reconnectMin().toNanos(), config.reconnectMax().toNanos());
        this.breaker = new Breaker(backoff, config.probeInterval().toNanos());
        this.table = new CallTable(vertx, clocks, PROBES);
        this.checks = beats.ofThisLoop(vertx, config.probeInterval().toMillis());
    }

    /** Starts to connect, and goes on until it works. Returns at once. */
    void connect() {
        attempt();
    }

    boolean isConnected() {
        return live != null;
    }

    /** The connection that calls may be made on; null while there is none. */
    @Nullable
    NodeConnection live() {
        return live;
    }

    /** Why there is no connection; means nothing while there is one. */
    String downReason() {
        return downReason;
    }

    /** Why this link will never work again, or null while it may: another process answers at the node's address. */
    @Nullable
    String deadReason() {
        return deadReason;
    }

    /** Lets go of every connection and timer. */
    Future<Void> close() {
        closed = true;
        stopTimers();
        NodeConnection connection = live;
        NodeConnection attempt = opening;
        live = null;
        opening = null;
        table.abortAll("the node client is closing");
        if (connection != null) {
            listener.disconnected("the node client is closing");
        }
        Future<Void> first = connection == null ? Future.succeededFuture() : connection.close();
        return first.eventually(() -> attempt == null ? Future.succeededFuture() : attempt.close());
    }

    private void attempt() {
        reconnectTimer = NO_TIMER;
        if (closed || deadReason != null || !breaker.tryProbe(clocks.nanoTime())) {
            return;
        }
        long timeoutMillis = config.connectTimeout().toMillis();
        NodeConnection[] self = new NodeConnection[1];
        NodeConnection connection =
                new NodeConnection(vertx, node, managerInstanceId, timeoutMillis, reason -> lost(self[0], reason));
        self[0] = connection;
        opening = connection;
        connection
                .open()
                .compose(open -> check(connection, config.connectTimeout()))
                .onComplete(checked -> {
                    if (closed || opening != connection) {
                        return; // closed meanwhile
                    }
                    opening = null;
                    if (checked.succeeded() && !connection.isClosed()) {
                        established(connection);
                    } else {
                        connection.close();
                        String reason = checked.failed() ? Reasons.of(checked.cause()) : "the connection was closed";
                        retryLater(reason);
                        if (isRefusal(checked.cause())) {
                            listener.refused(reason);
                        }
                    }
                });
    }

    private void established(NodeConnection connection) {
        live = connection;
        breaker.succeeded(clocks.nanoTime());
        checking = false;
        turn = checks.join(context, () -> probe(connection));
        listener.connected(connection);
    }

    private void probe(NodeConnection connection) {
        if (checking || listener.watchesLife()) {
            return;
        }
        checking = true;
        long heard = connection.heard();
        check(connection, config.probeTimeout()).onComplete(checked -> {
            if (live != connection) {
                return;
            }
            checking = false;
            // A slow link may hold the probe back while answers to pushes still come: that node is alive.
            if (checked.failed() && connection.heard() == heard) {
                lost(connection, Reasons.of(checked.cause()));
                connection.close();
            }
        });
    }

    /** A health check: whatever status the node gives, its answer says that it is there. */
    private Future<Void> check(NodeConnection connection, Duration timeout) {
        UnaryCall call = connection.call(NodeRequestMapper.empty(), timeout.toMillis(), null);
        long deadline = clocks.nanoTime() + timeout.toNanos();
        return table.watch(call, deadline, () -> connection.start(call, connection.method(NodeMethods.HEALTH_CHECK)))
                .compose(end -> {
                    if (end instanceof CallEnd.Answered answered) {
                        if (answered.status() == GrpcStatus.FAILED_PRECONDITION) {
                            foreign(answered.message());
                            return Future.failedFuture("another process answers at the node's address");
                        }
                        return answered.status() == GrpcStatus.UNAVAILABLE
                                ? Future.failedFuture("the node says that it is unavailable")
                                : Future.succeededFuture();
                    }
                    return Future.failedFuture(
                            end instanceof CallEnd.TimedOut
                                    ? "no answer to a health check within " + timeout.toMillis() + " ms"
                                    : Reasons.of(end));
                });
    }

    /** The connection is of no use any more: another one is made. Whoever says so closes it. */
    void lost(NodeConnection connection, String reason) {
        if (live != connection) {
            return;
        }
        live = null;
        noMoreChecks();
        retryLater(reason);
        listener.disconnected(reason);
    }

    private void retryLater(String reason) {
        downReason = "not connected: " + reason;
        if (closed || deadReason != null) {
            return;
        }
        long delayMillis = breaker.failed(clocks.nanoTime(), jitter.getAsDouble()) / NANOS_PER_MILLI + 1;
        reconnectTimer = vertx.setTimer(delayMillis, due -> attempt());
    }

    /** Another process has the node's address: an instance never comes back, so neither does this link. */
    void foreign(String said) {
        if (deadReason != null) {
            return;
        }
        deadReason =
                "another process answers at the node's address" + (said.isEmpty() ? "" : ": " + Reasons.clean(said));
        NodeConnection connection = live;
        if (connection != null) {
            lost(connection, deadReason);
            table.abortAll(deadReason);
        }
        listener.dead(deadReason);
        if (connection != null) {
            connection.close();
        }
    }

    private static boolean isRefusal(@Nullable Throwable cause) {
        return cause instanceof ConnectException
                && cause.getMessage() != null
                && cause.getMessage().contains("refused");
    }

    private void stopTimers() {
        cancel(reconnectTimer);
        reconnectTimer = NO_TIMER;
        noMoreChecks();
    }

    private void noMoreChecks() {
        if (turn != null) {
            turn.leave();
            turn = null;
        }
    }

    private void cancel(long timer) {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
    }
}
