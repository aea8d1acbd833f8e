package io.pushmanager.ingress;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.PushAnswers;
import io.pushmanager.bus.PushTicket;
import io.pushmanager.bus.Pushes;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.PushRequests.Valid;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends pushes to fan-out, by whatever way they came in, and always comes back with an answer.
 *
 * <p>What one turn of the event loop brings goes to fan-out as one message, when the turn ends.
 *
 * <p><b>Order:</b> pushes reach fan-out in the order of the calls. <b>Thread:</b> the event loop that made it.
 * <b>Time:</b> fan-out answers before the deadline; this class gives up {@value #MARGIN_MILLIS} ms after it, looking
 * every {@value #MARGIN_MILLIS} ms while anything is unanswered. <b>Failure:</b> an answer.
 */
final class PushDispatcher {

    /** One push as it came in. */
    interface Caller extends Consumer<PushAnswer> {

        /** Whose push it is. */
        CallerAccount account();

        /** What it counts for until it is answered. Never changes. */
        int size();

        /** Asked once, and only if the push may come in. */
        Checked check();

        /** The one answer; perhaps before {@link PushDispatcher#push} returns. */
        @Override
        void accept(PushAnswer answer);
    }

    /** Later than fan-out's own reply, so that this one only shows when fan-out is gone. */
    private static final long MARGIN_MILLIS = 250;

    private static final int MOST_AT_ONCE = 256;
    private static final int FEWEST = 8;
    private static final AtomicLong SENDERS = new AtomicLong();
    private static final Logger LOG = LoggerFactory.getLogger(PushDispatcher.class);

    private final Vertx vertx;
    private final Context context;
    private final IngressGate gate;
    private final Bus bus;
    private final Clocks clocks;
    private final Tracing tracing;
    private final Address<PushAnswers> answers = Addresses.answersTo(SENDERS.incrementAndGet());

    // event loop only
    private final PendingPushes pending = new PendingPushes();
    private List<PushTicket> gathered = new ArrayList<>(FEWEST);
    private boolean flushSet;
    private boolean sweepSet;
    private final Handler<Void> endOfTurn = turn -> {
        flushSet = false;
        flush();
    };

    PushDispatcher(Vertx vertx, IngressGate gate, Bus bus, Clocks clocks, Tracing tracing) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.gate = gate;
        this.bus = bus;
        this.clocks = clocks;
        this.tracing = tracing;
        bus.consume(answers, this::onAnswers);
    }

    void push(Caller caller) {
        PushError closed = gate.enter(caller.account(), caller.size());
        if (closed != null) {
            caller.accept(closed);
            return;
        }
        Checked checked = caller.check();
        if (checked instanceof Invalid invalid) {
            gate.leave(caller.account(), caller.size());
            caller.accept(invalid.error());
            return;
        }
        PushMessage message = ((Valid) checked).message();
        Tracing.Span span = tracing.start(message.api().label(), message.traceparent());
        PendingPush push =
                new PendingPush(tracing.isOn() ? message.withTraceparent(span.traceparent()) : message, span, caller);
        pending.add(push);
        gathered.add(push);
        if (gathered.size() >= MOST_AT_ONCE) {
            flush();
        } else if (!flushSet) {
            flushSet = true;
            context.runOnContext(endOfTurn);
        }
        setSweep();
    }

    private void flush() {
        if (gathered.isEmpty()) {
            return;
        }
        List<PushTicket> tickets = gathered;
        gathered = new ArrayList<>(Math.max(FEWEST, tickets.size()));
        bus.deliver(Addresses.PUSHES, new Pushes(answers, tickets)).onFailure(failure -> {
            PushError error = undelivered(failure);
            tickets.forEach(ticket -> answer((PendingPush) ticket, error));
        });
    }

    private void onAnswers(PushAnswers back) {
        List<PushTicket> tickets = back.tickets();
        for (int i = 0; i < tickets.size(); i++) {
            PushTicket ticket = tickets.get(i);
            answer((PendingPush) ticket, ticket.answer());
        }
    }

    private void answer(PendingPush push, PushAnswer answer) {
        Caller caller = push.takeCaller();
        if (caller == null) {
            return; // given up before
        }
        pending.remove(push);
        gate.leave(caller.account(), caller.size());
        push.span().end(answer instanceof PushError error ? error.code().name() : "OK");
        try {
            caller.accept(answer);
        } catch (RuntimeException e) {
            LOG.error("an answer could not be given", e); // and the next ones can
        }
    }

    private void setSweep() {
        if (!sweepSet) {
            sweepSet = true;
            vertx.setTimer(MARGIN_MILLIS, due -> {
                sweepSet = false;
                sweep();
                if (!pending.isEmpty()) {
                    setSweep();
                }
            });
        }
    }

    private void sweep() {
        long giveUp = clocks.nanoTime() - TimeUnit.MILLISECONDS.toNanos(MARGIN_MILLIS);
        for (PendingPush due : pending.dueBefore(giveUp)) {
            answer(due, PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "deadline exceeded"));
        }
    }

    private static PushError undelivered(Throwable failure) {
        if (failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
            return PushError.retryable(
                    ErrorCode.UNAVAILABLE, "NOT_READY", "this Push-Manager does not take pushes now", 1_000);
        }
        LOG.error("fan-out failed", failure);
        return PushError.of(ErrorCode.INTERNAL, "INTERNAL", "internal error");
    }
}
