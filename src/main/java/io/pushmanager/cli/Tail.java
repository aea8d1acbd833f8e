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
 * A WebSocket client that stays connected: reconnects by the range of the close code, with back-off, and moves to a new
 * connection before it leaves one that drains.
 *
 * <p><b>Thread:</b> confined to one Vert.x context. <b>Time:</b> {@code CONNECT_MILLIS} for an attempt; a socket silent for
 * {@code SILENCE_NANOS}, although it is pinged, counts as lost. <b>Failure:</b> a first attempt that fails ends it; later ones are
 * repeated until a close code says not to.
 */
final class Tail {

    private static final int CONNECT_MILLIS = 3_000;
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

    // context only
    private @Nullable WebSocket current;
    private @Nullable WebSocket draining;
    private boolean everConnected;
    private boolean isConnecting;
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
        if (isConnecting || (current != null && current != draining)) {
            return; // an older timer's wish is fulfilled already
        }
        isConnecting = true;
        ClientWebSocket socket = client.webSocket();
        // Before it connects: a server may greet and close in one breath.
        socket.textMessageHandler(text -> onText(socket, text));
        socket.pongHandler(pong -> lastHeardNanos = System.nanoTime());
        socket.exceptionHandler(failure -> {}); // the close handler follows
        socket.closeHandler(closed -> onClosed(socket));
        socket.connect(address).onComplete(opened -> {
            isConnecting = false;
            if (opened.succeeded()) {
                adopt(socket);
            } else {
                onConnectFailed(opened.cause());
            }
        });
    }

    private void adopt(WebSocket socket) {
        WebSocket leaving = current;
        current = socket;
        everConnected = true;
        lastHeardNanos = System.nanoTime();
        if (leaving != null) {
            leaving.close((short) 1000);
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
        if ("push".equals(type) && !seen.add(String.valueOf(frame.getValue("message_id")))) {
            return; // both the connection that drains and the new one got it
        }
        output.frame(frame);
        if (!output.isOpen()) {
            ended.tryComplete(ExitCode.OK); // nobody reads any more: quiet
        } else if ("welcome".equals(type)) {
            delay.reset();
        } else if ("drain".equals(type) && socket == current) {
            draining = socket;
            long after = frame.getValue("reconnect_after_ms") instanceof Number millis ? millis.longValue() : 0;
            vertx.setTimer(delay.jittered(Math.max(1, Math.min(after, 60_000))), tick -> connect());
        }
    }

    private void onClosed(WebSocket socket) {
        if (socket != current || ended.future().isComplete()) {
            return; // left on purpose
        }
        current = null;
        Short closeCode = socket.closeStatusCode();
        int code = closeCode == null ? NO_CLOSE_CODE : closeCode;
        String reason =
                socket.closeReason() == null || socket.closeReason().isEmpty() ? "" : " " + socket.closeReason();
        CloseDecision decision = CloseDecision.of(code);
        if (decision.reconnect()) {
            reconnectLater("Connection lost (" + code + reason + ")");
        } else {
            output.note("Closed by the server (" + code + reason + ")");
            ended.tryComplete(decision.exitCode());
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
