package io.pushmanager.cli;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From a connection that drains to the one that was welcomed in its place: the old one is heard for a while longer, and left
 * once it has answered a last ping, behind which nothing can come. What the new one brings meanwhile waits, so that pushes come in order.
 *
 * <p><b>Bound:</b> {@value #MAX_HELD} pushes wait; with more, all of them go on. <b>Thread:</b> that of the {@link Tail}.
 * <b>Time:</b> {@value #OVERLAP_MILLIS} ms, and {@value #ANSWER_MILLIS} ms for the answer.
 */
final class Handover {

    /** For pushes that were begun before the new connection was known, and are still on their way to the old one. */
    private static final long OVERLAP_MILLIS = 500;

    private static final long ANSWER_MILLIS = 3_000;
    private static final int MAX_HELD = 1_000;

    private final Vertx vertx;
    private final Consumer<JsonObject> output;
    private final List<JsonObject> held = new ArrayList<>();
    private @Nullable WebSocket old;

    Handover(Vertx vertx, Consumer<JsonObject> output) {
        this.vertx = vertx;
        this.output = output;
    }

    /** Another connection has been welcomed. One that was still being left before goes at once. */
    void leave(WebSocket leaving) {
        end();
        if (leaving.isClosed()) {
            return;
        }
        old = leaving;
        vertx.setTimer(OVERLAP_MILLIS, passed -> askWhetherThatWasAll(leaving));
    }

    private void askWhetherThatWasAll(WebSocket leaving) {
        if (leaving == old) {
            // Not a ping of the protocol: its answer overtakes what waits for a client that is behind.
            leaving.writeTextMessage("{\"type\":\"ping\"}");
            vertx.setTimer(ANSWER_MILLIS, late -> endIf(leaving));
        }
    }

    /** A push came. */
    void push(WebSocket from, JsonObject frame) {
        if (old == null || from == old) {
            output.accept(frame);
            return;
        }
        held.add(frame);
        if (held.size() > MAX_HELD) {
            release();
        }
    }

    /** A ping was answered; nobody sends one but us. */
    void pong(WebSocket from) {
        endIf(from);
    }

    /** Either connection has ended. */
    void closed(WebSocket socket) {
        if (socket == old) {
            old = null;
        }
        release();
    }

    private void endIf(WebSocket leaving) {
        if (leaving == old) {
            end();
        }
    }

    private void end() {
        WebSocket leaving = old;
        old = null;
        if (leaving != null) {
            leaving.close((short) 1000);
        }
        release();
    }

    private void release() {
        List<JsonObject> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(output);
    }
}
