package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
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
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code push.v1.publish}: the JSON form of a push, from anything on the event bus. See docs/event-bus.md.
 *
 * <p><b>Bound:</b> {@link PublisherConfig#maxInFlight} and {@link PublisherConfig#maxInFlightBytes}. <b>Order:</b> that of arrival. <b>Thread:</b> its event loop.
 * <b>Failure:</b> a ReplyException whose code is gRPC's.
 */
public final class PublishVerticle extends VerticleBase {

    private static final long RETRY_AFTER_MILLIS = 100;
    private static final long RELIEF_MILLIS = 1_000;
    private static final long LONGEST_TIMEOUT_MILLIS = 600_000;
    /** Fan-out answers by the deadline; this long after it something is broken. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private final PublisherConfig config;
    private final PushRequests requests;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final Tracing tracing;
    private final Strain strain;

    // event loop only
    private int inFlight;
    private long inFlightBytes;
    private Bus.@Nullable Subscription subscription;

    public PublishVerticle(
            PublisherConfig config, Bus bus, Clocks clocks, Meters meters, Tracing tracing, Strain strain) {
        this.config = config;
        this.requests = new PushRequests(clocks);
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.tracing = tracing;
        this.strain = strain;
    }

    @Override
    public Future<?> start() {
        subscription = JsonBus.of(vertx).answer(Addresses.PUBLISH, this::onRequest);
        return Future.succeededFuture();
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
                            : Future.failedFuture(new ReplyException(
                                    ReplyFailure.RECIPIENT_FAILURE, error.code().grpcCode(), error.message()));
                });
    }

    private Future<PushAnswer> push(JsonBus.Request request, long nowNanos, Tracing.Span span) {
        Buffer json = request.json();
        if (json == null) {
            return answered(PushError.invalid("body", "must be a JSON object, or its text"));
        }
        int size = PushMessage.OVERHEAD_BYTES + json.length();
        PushError full = full(size);
        if (full != null) {
            return answered(full);
        }
        long timeoutMillis = timeoutMillis(request.header(PublishHeaders.TIMEOUT));
        if (timeoutMillis <= 0) {
            return answered(PushError.invalid(
                    PublishHeaders.TIMEOUT, "must be a number of milliseconds from 1 to " + LONGEST_TIMEOUT_MILLIS));
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
        inFlight++;
        inFlightBytes += size;
        return bus.request(
                        Addresses.FANOUT,
                        ((PushRequests.Valid) checked).message(),
                        Duration.ofMillis(timeoutMillis).plus(LATE))
                .onComplete(done -> {
                    inFlight--;
                    inFlightBytes -= size;
                });
    }

    private @Nullable PushError full(int size) {
        if (inFlight >= config.maxInFlight()) {
            return PushError.retryable(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "TOO_MANY_IN_FLIGHT",
                    config.maxInFlight() + " pushes are in flight (publisher.max-in-flight)",
                    RETRY_AFTER_MILLIS);
        }
        if (strain.isMemoryShort()) {
            return PushError.retryable(
                    ErrorCode.RESOURCE_EXHAUSTED, "MEMORY_SHORT", "this process is short of memory", RELIEF_MILLIS);
        }
        return size <= config.maxInFlightBytes() - inFlightBytes
                ? null
                : PushError.retryable(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "TOO_MANY_BYTES",
                        "pushes of " + inFlightBytes + " bytes are in flight (publisher.max-in-flight-bytes)",
                        RETRY_AFTER_MILLIS);
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

    private static PushAnswer brokenFanOut(Throwable failure) {
        boolean late = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
        return PushError.of(
                late ? ErrorCode.DEADLINE_EXCEEDED : ErrorCode.UNAVAILABLE,
                "NO_FAN_OUT",
                "this manager cannot push at the moment");
    }

    private static Future<PushAnswer> answered(PushError error) {
        return Future.succeededFuture(error);
    }

    /** Takes no more requests; those under way are answered by fan-out, which stops later. */
    @Override
    public Future<?> stop() {
        Bus.Subscription subscribed = subscription;
        return subscribed == null ? Future.succeededFuture() : subscribed.cancel();
    }
}
