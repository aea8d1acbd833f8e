package io.pushmanager.cli;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of {@code bench}: opens them, at most {@value #AT_ONCE} at a time, and hands what arrives to the tally.
 *
 * <p><b>Thread:</b> the event loops of its Vert.x; the connections take turns. <b>Failure:</b> the first connection that fails
 * ends the opening; one that ends later is counted.
 */
final class BenchSockets {

    private static final int AT_ONCE = 64;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
    private static final String WELCOME = "{\"type\":\"welcome\"";
    private static final String GAP = "{\"type\":\"gap\"";

    private final BenchPlan plan;
    private final BenchTally tally;
    private final WebSocketClient client;
    private final Promise<Void> opened = Promise.promise();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger welcomed = new AtomicInteger();
    private volatile boolean leaving;

    BenchSockets(Vertx vertx, BenchPlan plan, BenchTally tally) {
        this.plan = plan;
        this.tally = tally;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(plan.connections()) // as many to each host as there are
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES));
    }

    /** Completes when every connection has its welcome, and so is in its room. Fails with a {@link CommandFailure}. */
    Future<Void> open() {
        for (int i = 0; i < AT_ONCE; i++) {
            openNext();
        }
        return opened.future();
    }

    int welcomed() {
        return welcomed.get();
    }

    /** From now on it is no matter when a connection ends. */
    void leave() {
        leaving = true;
    }

    private void openNext() {
        int connection = begun.getAndIncrement();
        if (connection >= plan.connections() || opened.future().isComplete()) {
            return;
        }
        ClientWebSocket socket = client.webSocket();
        socket.textMessageHandler(this::onText);
        socket.exceptionHandler(failure -> {}); // the close handler follows
        socket.closeHandler(closed -> onClosed(connection, socket));
        WebSocketConnectOptions address = new WebSocketConnectOptions()
                .setAbsoluteURI(url(connection))
                .setTimeout(CONNECT_MILLIS)
                .setAllowOriginHeader(false);
        socket.connect(address).onFailure(failure -> opened.tryFail(refused(connection, failure)));
    }

    private void onText(String text) {
        BenchMark mark = BenchMark.in(text);
        if (mark != null) {
            tally.arrived(mark, System.nanoTime());
        } else if (text.startsWith(WELCOME)) {
            if (welcomed.incrementAndGet() == plan.connections()) {
                opened.tryComplete();
            } else {
                openNext();
            }
        } else if (text.startsWith(GAP)) {
            tally.gap();
        }
    }

    private void onClosed(int connection, ClientWebSocket socket) {
        if (leaving) {
            return;
        }
        if (!opened.future().isComplete()) {
            opened.tryFail(new CommandFailure(
                    socket.closeStatusCode() != null && socket.closeStatusCode() == 1008
                            ? ExitCode.DENIED
                            : ExitCode.FAILURE,
                    numbered(connection) + " was closed by " + plan.nodeOf(connection) + " (" + socket.closeStatusCode()
                            + ")"));
        }
        tally.closed();
    }

    private String url(int connection) {
        return plan.nodeOf(connection) + "?user_id=" + plan.user(connection) + "&room_id="
                + plan.room(plan.roomOfConnection(connection));
    }

    private CommandFailure refused(int connection, Throwable failure) {
        String node = plan.nodeOf(connection);
        if (failure instanceof UpgradeRejectedException rejected) {
            int status = rejected.getStatus();
            String why = status == 503 ? " (the node is full or leaving)" : "";
            return new CommandFailure(
                    status == 401 || status == 403 ? ExitCode.DENIED : ExitCode.FAILURE,
                    numbered(connection) + " was refused by " + node + ": HTTP " + status + why);
        }
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                numbered(connection) + ": no Connect-Node answers at " + node + ": " + Reason.of(failure));
    }

    private String numbered(int connection) {
        return "Connection " + (connection + 1) + " of " + plan.connections();
    }
}
