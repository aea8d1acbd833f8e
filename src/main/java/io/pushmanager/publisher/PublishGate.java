package io.pushmanager.publisher;

import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.telemetry.Strain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * How much of what came over event buses may be under way. <b>Bound:</b> {@link PublisherConfig#maxInFlight} and {@link
 * PublisherConfig#maxInFlightBytes}. <b>Thread:</b> one event loop.
 */
final class PublishGate {

    private static final long RETRY_AFTER_MILLIS = 100;
    private static final long RELIEF_MILLIS = 1_000;

    private final PublisherConfig config;
    private final Strain strain;
    private int inFlight;
    private long inFlightBytes;
    private @Nullable Promise<Void> idle;

    PublishGate(PublisherConfig config, Strain strain) {
        this.config = config;
        this.strain = strain;
    }

    /** What the pushes of a document of this length keep in memory. */
    static int sizeOf(int pushes, int documentBytes) {
        return pushes * PushMessage.OVERHEAD_BYTES + documentBytes;
    }

    /** How many more pushes may come in. */
    int free() {
        return strain.isMemoryShort() ? 0 : config.maxInFlight() - inFlight;
    }

    /** Why these may not come in; null when they may. */
    @Nullable
    PushError full(int pushes, int bytes) {
        if (pushes > config.maxInFlight() - inFlight) {
            return tooMany(
                    "TOO_MANY_IN_FLIGHT",
                    config.maxInFlight() + " pushes are in flight (publisher.max-in-flight)",
                    RETRY_AFTER_MILLIS);
        }
        if (strain.isMemoryShort()) {
            return tooMany("MEMORY_SHORT", "this process is short of memory", RELIEF_MILLIS);
        }
        return bytes <= config.maxInFlightBytes() - inFlightBytes
                ? null
                : tooMany(
                        "TOO_MANY_BYTES",
                        "pushes of " + inFlightBytes + " bytes are in flight (publisher.max-in-flight-bytes)",
                        RETRY_AFTER_MILLIS);
    }

    private static PushError tooMany(String reason, String message, long retryAfterMillis) {
        return PushError.retryable(ErrorCode.RESOURCE_EXHAUSTED, reason, message, retryAfterMillis);
    }

    void enter(int pushes, int bytes) {
        inFlight += pushes;
        inFlightBytes += bytes;
    }

    void leave(int pushes, int bytes) {
        inFlight -= pushes;
        inFlightBytes -= bytes;
        Promise<Void> waiting = idle;
        if (inFlight == 0 && waiting != null) {
            waiting.tryComplete();
        }
    }

    /** Completes when nothing is under way. Asked once, when no more comes in. */
    Future<Void> idle() {
        Promise<Void> waiting = Promise.promise();
        idle = waiting;
        if (inFlight == 0) {
            waiting.complete();
        }
        return waiting.future();
    }
}
