package io.pushmanager.nodeclient;

import io.pushmanager.core.inflight.InFlight;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * The calls under way on a link and the one timer that ends those whose deadline passes.
 *
 * <p><b>Bound:</b> {@code capacity} calls, one timer. <b>Time:</b> a call ends at most two milliseconds after its deadline
 * while the event loop runs. <b>Thread:</b> event loop only.
 */
final class CallTable {

    private static final long NO_TIMER = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Vertx vertx;
    private final Clocks clocks;
    private final InFlight<UnaryCall> calls;

    private long timer = NO_TIMER;
    private long timerDueNanos;

    CallTable(Vertx vertx, Clocks clocks, int capacity) {
        this.vertx = vertx;
        this.clocks = clocks;
        this.calls = new InFlight<>(capacity);
    }

    /** Watches over {@code call}, then runs {@code start}. */
    Future<CallEnd> watch(UnaryCall call, long deadlineNanos, Supplier<Future<CallEnd>> start) {
        int slot = calls.add(call, deadlineNanos);
        if (slot < 0) {
            return Future.succeededFuture(new CallEnd.NotProcessed("too many calls under way"));
        }
        arm(deadlineNanos);
        return start.get().onSuccess(end -> calls.remove(slot, call));
    }

    void abortAll(String reason) {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        }
        calls.removeAll(call -> call.abort(reason));
    }

    private void arm(long deadlineNanos) {
        if (timer != NO_TIMER) {
            if (deadlineNanos - timerDueNanos >= 0) {
                return;
            }
            vertx.cancelTimer(timer);
        }
        timerDueNanos = deadlineNanos;
        long wait = Math.max(deadlineNanos - clocks.nanoTime(), 0) / NANOS_PER_MILLI + 1;
        timer = vertx.setTimer(wait, due -> {
            timer = NO_TIMER;
            calls.expire(clocks.nanoTime(), UnaryCall::timeOut);
            if (calls.size() > 0) {
                arm(calls.earliestDeadlineNanos());
            }
        });
    }
}
