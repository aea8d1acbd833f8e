package io.pushmanager.nodeclient;

import io.pushmanager.core.pace.SendPace;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * When the links of one event loop send what waits for them: at once, or together a little later when the loop is busy with
 * sending ({@link SendPace}).
 *
 * <p><b>Bound:</b> one timer; nothing is held longer than the configured time. <b>Thread:</b> confined to its event loop.
 * <b>Failure:</b> the timer ends with the verticle that set it, therefore {@link Turn#leave} sends what is held.
 */
final class LoopPace {

    private static final long NO_TIMER = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Clocks clocks;
    private final SendPace pace;
    private final List<Turn> held = new ArrayList<>();
    private long timer = NO_TIMER;

    LoopPace(Vertx vertx, Clocks clocks, LinkConfig.Hold hold) {
        this.vertx = vertx;
        this.clocks = clocks;
        this.pace = new SendPace(hold.max().toNanos(), hold.idlePercent() / 100.0, hold.busyPercent() / 100.0);
    }

    /** @param send what can be sent, on the current context */
    Turn turn(Runnable send) {
        return new Turn(vertx.getOrCreateContext(), send);
    }

    private void sendHeld() {
        timer = NO_TIMER;
        for (Turn turn : held) {
            // Each in its own context: a timer that it sets must not end with another's verticle.
            turn.context.runOnContext(turn::heldSends);
        }
        held.clear();
    }

    /** One link's place among those of its event loop. */
    final class Turn {

        private final Context context;
        private final Runnable send;
        private int asked;
        private boolean isHeld;
        private boolean hasLeft;

        private Turn(Context context, Runnable send) {
            this.context = context;
            this.send = send;
        }

        /** There is something to send. */
        void ask() {
            asked++;
            if (isHeld) {
                return;
            }
            if (timer == NO_TIMER) {
                // Timers have milliseconds: what would be held for less than half of one is not.
                long millis = (pace.holdNanos(clocks.nanoTime()) + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI;
                if (millis == 0) {
                    now();
                    return;
                }
                timer = vertx.setTimer(millis, due -> sendHeld());
            }
            isHeld = true;
            held.add(this);
        }

        /** Sends without regard to the pace. */
        void now() {
            int writes = Math.max(1, asked);
            asked = 0;
            long begin = clocks.nanoTime();
            send.run();
            pace.wrote(begin, clocks.nanoTime(), writes);
        }

        /** For a link that is done with: it does not send any more. What others have waiting here is sent. */
        void leave() {
            hasLeft = true;
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
                sendHeld();
            }
        }

        private void heldSends(Void tick) {
            isHeld = false;
            if (!hasLeft) {
                now();
            }
        }
    }
}
