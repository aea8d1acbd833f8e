package io.pushmanager.cli;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client that stays connected: reconnects by the range of the close code, with back-off, and when it is told to
 * {@code drain} is welcomed on a new connection before it leaves the old one ({@link Handover}).
 *
 * <p><b>Thread:</b> confined to one Vert.x context. <b>Time:</b> {@code CONNECT_MILLIS} for an attempt,
 * {@code WELCOME_MILLIS} for its welcome; a socket silent for {@code SILENCE_NANOS}, although it is pinged, counts as lost. <b>Failure:</b> a first attempt that fails ends it; later ones are
 * repeated until a close code says not to.
 */
final class Tail {

    private static final int CONNECT_MILLIS = 3_000;
    private static final long WELCOME_MILLIS = 10_000;
    private static final long LONGEST_DRAIN_MILLIS = 3_600_000;
    private static final long PING_MILLIS = 20_000;
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(50);
    private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
    private static final int NO_CLOSE_CODE = 1006;

    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final WebSocketConnectOptions address;
    private final TailOutput output;
    private final ReconnectDelay delay;
    private final RecentIds seen = new RecentIds(1_000);
    private final Promise<Integer> ended = Promise.promise();
    private final Handover handover;

    // context only
    /** The one that was welcomed last. */
    private @Nullable WebSocket current;
    /** One that is being opened. */
    private @Nullable WebSocket next;

    private boolean everConnected;
    private boolean isDraining;
    private boolean isMoveDue;
    private long lastHeardNanos;

    Tail(Vertx vertx, String url, TailOutput output, RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxFrameSize(MAX_MESSAGE_BYTES)
                .setMaxMessageSize(MAX_MESSAGE_BYTES));
        this.address = new WebSocketConnectOptions()
                .setAbsoluteURI(url)
                .setTimeout(CONNECT_MILLIS)
                .setAllowOriginHeader(false);
        this.output = output;
        this.delay = new ReconnectDelay(random);
        this.handover = new Handover(vertx, this::print);
    }

    /** @return the exit code, once there is nothing left to wait for */
    Future<Integer> run() {
        context.exceptionHandler(ended::tryFail); // our own mistake ends the command rather than leaving it deaf
        context.runOnContext(start -> {
            connect();
            vertx.setPeriodic(PING_MILLIS, tick -> checkAlive());
        });
        return ended.future();
    }

    private void connect() {
        if (next != null || (current != null && !isDraining)) {
            return; // an older timer's wish is fulfilled already
        }
        ClientWebSocket socket = client.webSocket();
        next = socket;
        // Before it connects: a server may greet and close in one breath.
        socket.textMessageHandler(text -> onText(socket, text));
        socket.pongHandler(pong -> lastHeardNanos = System.nanoTime());
        socket.exceptionHandler(failure -> {}); // the close handler follows
        socket.closeHandler(closed -> onClosed(socket));
        socket.connect(address).onComplete(opened -> {
            if (opened.succeeded()) {
                everConnected = true;
                vertx.setTimer(WELCOME_MILLIS, late -> giveUpUnwelcomed(socket));
            } else if (socket == next) {
                next = null;
                onConnectFailed(opened.cause());
            }
        });
    }

    private void giveUpUnwelcomed(WebSocket socket) {
        if (socket == next) {
            next = null;
            socket.close();
            reconnectLater("No welcome");
        }
    }

    private void onWelcome(WebSocket socket) {
        WebSocket leaving = current;
        current = socket;
        next = null;
        isDraining = false;
        delay.reset();
        if (leaving != null) {
            handover.leave(leaving);
        }
    }

    private void onText(WebSocket socket, String text) {
        lastHeardNanos = System.nanoTime();
        JsonObject frame;
        try {
            frame = new JsonObject(text);
        } catch (DecodeException e) {
            output.note("A frame that is not JSON was skipped");
            return;
        }
        Object type = frame.getValue("type");
        if ("push".equals(type)) {
            handover.push(socket, frame);
            return;
        }
        if ("pong".equals(type)) {
            handover.pong(socket);
        }
        show(frame);
        if ("welcome".equals(type) && socket == next) {
            onWelcome(socket);
        } else if ("drain".equals(type) && socket == current && !isDraining) {
            isDraining = true;
            isMoveDue = true;
            long after = frame.getValue("reconnect_after_ms") instanceof Number millis ? millis.longValue() : 0;
            // Exactly then: the node has spread its clients.
            vertx.setTimer(Math.max(1, Math.min(after, LONGEST_DRAIN_MILLIS)), time -> {
                isMoveDue = false;
                connect();
            });
        }
    }

    /** A connection that drains and the one that takes its place may both bring a push. */
    private void print(JsonObject push) {
        if (seen.add(String.valueOf(push.getValue("message_id")))) {
            show(push);
        }
    }

    private void show(JsonObject frame) {
        output.frame(frame);
        if (!output.isOpen()) {
            ended.tryComplete(ExitCode.OK); // nobody reads any more: quiet
        }
    }

    private void onClosed(WebSocket socket) {
        handover.closed(socket);
        boolean wasNext = socket == next;
        if ((!wasNext && socket != current) || ended.future().isComplete()) {
            return; // left on purpose
        }
        if (wasNext) {
            next = null;
        } else {
            current = null;
        }
        Short closeCode = socket.closeStatusCode();
        int code = closeCode == null ? NO_CLOSE_CODE : closeCode;
        String reason =
                socket.closeReason() == null || socket.closeReason().isEmpty() ? "" : " " + socket.closeReason();
        CloseDecision decision = CloseDecision.of(code);
        if (!decision.reconnect()) {
            output.note("Closed by the server (" + code + reason + ")");
            ended.tryComplete(decision.exitCode());
        } else if (isMoveDue) {
            output.note("Connection lost (" + code + reason + "): moving as the node asked");
        } else if (wasNext || next == null) {
            reconnectLater("Connection lost (" + code + reason + ")");
        }
    }

    private void onConnectFailed(Throwable failure) {
        if (failure instanceof UpgradeRejectedException rejected && isFinal(rejected.getStatus())) {
            output.note("The server refused the connection: HTTP " + rejected.getStatus());
            boolean isDenied = rejected.getStatus() == 401 || rejected.getStatus() == 403;
            ended.tryComplete(isDenied ? ExitCode.DENIED : ExitCode.FAILURE);
        } else if (!everConnected) {
            output.note("No Connect-Node answers at " + address.getHost() + ":" + address.getPort() + ": "
                    + Reason.of(failure));
            ended.tryComplete(ExitCode.UNREACHABLE);
        } else {
            reconnectLater("No connection (" + Reason.of(failure) + ")");
        }
    }

    private static boolean isFinal(int httpStatus) {
        return httpStatus >= 400 && httpStatus < 500 && httpStatus != 429;
    }

    private void reconnectLater(String why) {
        long millis = delay.nextMillis();
        output.note(why + ": trying again in " + millis + " ms");
        vertx.setTimer(millis, tick -> connect());
    }

    private void checkAlive() {
        WebSocket socket = current;
        if (!output.isOpen()) {
            ended.tryComplete(ExitCode.OK);
        } else if (socket != null && !socket.isClosed()) {
            if (System.nanoTime() - lastHeardNanos > SILENCE_NANOS) {
                current = null;
                socket.close();
                reconnectLater("Connection silent");
            } else {
                socket.writePing(Buffer.buffer("tail"));
            }
        }
    }
}
