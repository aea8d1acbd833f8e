package io.pushmanager.publisher;

import io.pushmanager.bus.Address;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.PushAnswers;
import io.pushmanager.bus.PushTicket;
import io.pushmanager.bus.Pushes;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.PushRequests.Valid;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends the pushes of one message to fan-out together, and has their answers in the order of the pushes.
 *
 * <p><b>Order:</b> that of the message. <b>Thread:</b> the event loop that made it. <b>Time:</b> those that fan-out has not
 * answered a second after the deadline are DEADLINE_EXCEEDED. <b>Failure:</b> an answer.
 */
final class BatchDesk {

    /** Ingress counts its senders up from one. */
    private static final long SENDER = -1;

    private final Vertx vertx;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Tracing tracing;
    private final long lateMillis;
    private final Address<PushAnswers> answers = Addresses.answersTo(SENDER);

    BatchDesk(Vertx vertx, Bus bus, Clocks clocks, Meters meters, Tracing tracing, Duration late) {
        this.vertx = vertx;
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.tracing = tracing;
        this.lateMillis = late.toMillis();
        bus.consume(answers, this::onAnswers);
    }

    private static final class Ticket extends PushTicket {
        final Batch batch;
        final int place;
        final Tracing.Span span;

        Ticket(PushMessage message, Batch batch, int place, Tracing.Span span) {
            super(message);
            this.batch = batch;
            this.place = place;
            this.span = span;
        }
    }

    private final class Batch {
        final long startNanos = clocks.nanoTime();
        final @Nullable PushAnswer[] given;
        final Promise<List<PushAnswer>> done = Promise.promise();
        int missing;
        long timer;

        Batch(int size) {
            given = new PushAnswer[size];
            missing = size;
        }

        void put(int place, PushAnswer answer) {
            if (given[place] != null) {
                return; // given up before
            }
            given[place] = answer;
            missing--;
            String code = answer instanceof PushError error ? error.code().name() : "OK";
            meters.apiRequest(Api.EVENT_BUS, code, clocks.nanoTime() - startNanos);
            if (missing == 0) {
                vertx.cancelTimer(timer);
                List<PushAnswer> all = new ArrayList<>(given.length);
                for (PushAnswer one : given) {
                    all.add(Objects.requireNonNull(one));
                }
                done.complete(all);
            }
        }

        void giveUp(PushError why) {
            for (int place = 0; place < given.length; place++) {
                put(place, why);
            }
        }
    }

    Future<List<PushAnswer>> push(List<Checked> pushes, long timeoutMillis) {
        Batch batch = new Batch(pushes.size());
        batch.timer = vertx.setTimer(
                timeoutMillis + lateMillis,
                late -> batch.giveUp(
                        PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "deadline exceeded")));
        List<PushTicket> tickets = new ArrayList<>(pushes.size());
        for (int place = 0; place < pushes.size(); place++) {
            if (pushes.get(place) instanceof Valid valid) {
                tickets.add(ticket(valid.message(), batch, place));
            } else {
                batch.put(place, ((Invalid) pushes.get(place)).error());
            }
        }
        if (!tickets.isEmpty()) {
            bus.deliver(Addresses.PUSHES, new Pushes(answers, tickets))
                    .onFailure(failure -> batch.giveUp(PublishVerticle.brokenFanOut(failure)));
        }
        return batch.done.future();
    }

    private Ticket ticket(PushMessage message, Batch batch, int place) {
        Tracing.Span span = tracing.start(message.api().label(), message.traceparent());
        return new Ticket(tracing.isOn() ? message.withTraceparent(span.traceparent()) : message, batch, place, span);
    }

    private void onAnswers(PushAnswers back) {
        for (PushTicket ticket : back.tickets()) {
            Ticket own = (Ticket) ticket;
            PushAnswer answer = own.answer();
            own.span.end(answer instanceof PushError error ? error.code().name() : "OK");
            own.batch.put(own.place, answer);
        }
    }
}
