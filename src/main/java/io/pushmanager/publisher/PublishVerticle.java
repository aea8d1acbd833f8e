package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.wire.PushRequests;
import io.pushmanager.wire.json.PushJson;
import io.pushmanager.wire.json.ReplyJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code push.v1.publish} and {@code push.v1.publish-many}: the JSON form of pushes, from anything on the event
 * bus of this Vert.x, and on those it is told to {@link #listen listen} on. See docs/event-bus.md.
 *
 * <p><b>Bound:</b> {@link PublishGate}. <b>Order:</b> that of arrival. <b>Thread:</b> its event loop.
 * <b>Failure:</b> a ReplyException whose code is gRPC's.
 */
public final class PublishVerticle extends VerticleBase {

    private static final long LONGEST_TIMEOUT_MILLIS = 600_000;
    /** Fan-out answers by the deadline; this long after it something is broken. */
    private static final Duration LATE = Duration.ofSeconds(1);
    /** Pushes of one message. */
    private static final int MOST_AT_ONCE = 1_000;

    private final PublisherConfig config;
    private final PublishGate gate;
    private final PushRequests requests;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Tracing tracing;

    // event loop only
    private @Nullable BatchDesk batches;
    private final List<JsonBus.Registration> here = new ArrayList<>();

    public PublishVerticle(
            PublisherConfig config, Bus bus, Clocks clocks, Meters meters, Tracing tracing, Strain strain) {
        this.config = config;
        this.gate = new PublishGate(config, strain);
        this.requests = new PushRequests(clocks);
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.tracing = tracing;
    }

    @Override
    public Future<?> start() {
        batches = new BatchDesk(vertx, bus, clocks, meters, tracing, LATE);
        JsonBus own = JsonBus.of(vertx);
        here.add(own.answer(Addresses.PUBLISH, this::onRequest));
        here.add(own.answerBytes(Addresses.PUBLISH_MANY, this::onMany));
        return Future.succeededFuture();
    }

    /**
     * Answers on another bus too: with whoever else answers there, and at addresses of its own. Completes when it does.
     * <b>Thread:</b> any.
     */
    public Future<BusPresence> listen(JsonBus other, String managerId, String instanceId) {
        Promise<BusPresence> listening = Promise.promise();
        context.runOnContext(onContext -> {
            BusPresence presence = new BusPresence(vertx, other, managerId, instanceId, gate::free);
            presence.answer(Addresses.PUBLISH, this::onRequest);
            presence.answerBytes(Addresses.PUBLISH_MANY, this::onMany);
            presence.begin().map(presence).onComplete(listening);
        });
        return listening.future();
    }

    private Future<JsonObject> onRequest(JsonBus.Request request) {
        long startNanos = clocks.nanoTime();
        Tracing.Span span = tracing.start("EventBus", request.header(PublishHeaders.TRACEPARENT));
        return push(request, startNanos, span)
                .otherwise(PublishVerticle::brokenFanOut)
                .compose(answer -> {
                    PushError error = answer instanceof PushError failed ? failed : null;
                    String code = error == null ? "OK" : error.code().name();
                    meters.apiRequest(Api.EVENT_BUS, code, clocks.nanoTime() - startNanos);
                    span.end(code);
                    return error == null
                            ? Future.succeededFuture(
                                    new JsonObject(Buffer.buffer(ReplyJson.write((PushResult) answer))))
                            : failed(error);
                });
    }

    private Future<PushAnswer> push(JsonBus.Request request, long nowNanos, Tracing.Span span) {
        Buffer json = request.json();
        if (json == null) {
            return answered(PushError.invalid("body", "must be a JSON object, or its text"));
        }
        int size = PublishGate.sizeOf(1, json.length());
        PushError full = gate.full(1, size);
        if (full != null) {
            return answered(full);
        }
        long timeoutMillis = timeoutMillis(request.header(PublishHeaders.TIMEOUT));
        if (timeoutMillis <= 0) {
            return answered(noTimeout());
        }
        String parent = tracing.isOn() ? span.traceparent() : request.header(PublishHeaders.TRACEPARENT);
        PushJson.Parsed parsed = PushJson.parse(json.getBytes());
        if (parsed instanceof PushJson.Malformed malformed) {
            return answered(malformed.error());
        }
        long deadlineNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        PushRequests.Checked checked = requests.item(
                ((PushJson.Push) parsed).request(), new PushRequests.Arrival(Api.EVENT_BUS, deadlineNanos, parent));
        if (checked instanceof PushRequests.Invalid invalid) {
            return answered(invalid.error());
        }
        gate.enter(1, size);
        return bus.request(
                        Addresses.FANOUT,
                        ((PushRequests.Valid) checked).message(),
                        Duration.ofMillis(timeoutMillis).plus(LATE))
                .onComplete(done -> gate.leave(1, size));
    }

    private Future<Buffer> onMany(JsonBus.Request request) {
        long startNanos = clocks.nanoTime();
        Buffer json = request.json();
        BatchDesk desk = batches;
        if (json == null || desk == null) {
            return failed(PushError.invalid("body", "must be a JSON array, or its text"));
        }
        long timeoutMillis = timeoutMillis(request.header(PublishHeaders.TIMEOUT));
        if (timeoutMillis <= 0) {
            return failed(noTimeout());
        }
        PushJson.Many many = PushJson.parseMany(json.getBytes(), MOST_AT_ONCE);
        PushError unreadable = many.error();
        if (unreadable != null) {
            return failed(unreadable);
        }
        int pushes = many.pushes().size();
        if (pushes == 0) {
            return Future.succeededFuture(Buffer.buffer("[]"));
        }
        int size = PublishGate.sizeOf(pushes, json.length());
        PushError full = gate.full(pushes, size);
        if (full != null) {
            return failed(full);
        }
        gate.enter(pushes, size);
        PushRequests.Arrival arrival = new PushRequests.Arrival(
                Api.EVENT_BUS,
                startNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
                request.header(PublishHeaders.TRACEPARENT));
        List<PushRequests.Checked> checked = new ArrayList<>(pushes);
        for (PushJson.Parsed parsed : many.pushes()) {
            checked.add(
                    parsed instanceof PushJson.Push push
                            ? requests.item(push.request(), arrival)
                            : new PushRequests.Invalid(((PushJson.Malformed) parsed).error()));
        }
        return desk.push(checked, timeoutMillis)
                .onComplete(done -> gate.leave(pushes, size))
                .map(answers -> Buffer.buffer(ReplyJson.writeMany(answers)));
    }

    private static PushError noTimeout() {
        return PushError.invalid(
                PublishHeaders.TIMEOUT, "must be a number of milliseconds from 1 to " + LONGEST_TIMEOUT_MILLIS);
    }

    private static <T> Future<T> failed(PushError error) {
        return Future.failedFuture(
                new ReplyException(ReplyFailure.RECIPIENT_FAILURE, error.code().grpcCode(), error.message()));
    }

    /** Negative when it is not a number of milliseconds that can be waited for. */
    private long timeoutMillis(@Nullable String header) {
        if (header == null) {
            return config.defaultTimeout().toMillis();
        }
        try {
            long millis = Long.parseLong(header);
            return millis <= LONGEST_TIMEOUT_MILLIS ? millis : -1;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }

    static PushError brokenFanOut(Throwable failure) {
        boolean late = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
        return PushError.of(
                late ? ErrorCode.DEADLINE_EXCEEDED : ErrorCode.UNAVAILABLE,
                "NO_FAN_OUT",
                "this manager cannot push at the moment");
    }

    private static Future<PushAnswer> answered(PushError error) {
        return Future.succeededFuture(error);
    }

    /** Takes no more requests and waits, a little, for those under way, which fan-out answers; it stops later. */
    @Override
    public Future<?> stop() {
        return Future.join(here.stream().map(JsonBus.Registration::cancel).toList())
                .eventually(() -> gate.idle()
                        .timeout(config.defaultTimeout().plus(LATE).toMillis(), TimeUnit.MILLISECONDS)
                        .otherwiseEmpty());
    }
}
