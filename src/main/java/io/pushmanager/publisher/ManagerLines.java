package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.credits.ManagerCredits;
import io.pushmanager.core.outcome.ErrorCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Requests on their way to managers: who takes the next one, and what becomes of those whose manager falls silent.
 *
 * <p>When no manager has been heard for a while although some were, its own place on the bus may be lost: it takes it anew.
 *
 * <p><b>Thread:</b> any; one lock, held for no call of others. <b>Time:</b> counted in ticks of its own timer, which stands
 * still when this process does, so that a pause here is not taken for the silence of others.
 */
final class ManagerLines {

    static final long TICK_MILLIS = 250;
    private static final long SILENCE_TICKS = 20;
    private static final long DEAF_TICKS = 32;

    private final Vertx vertx;
    private final JsonBus bus;
    private final long tickMillis;

    // guarded by this
    private final ManagerCredits credits = new ManagerCredits(SILENCE_TICKS);
    private final Map<String, Set<Promise<?>>> open = new HashMap<>();
    private JsonBus.Registration registration;
    private long ticks;
    private long heardAt;
    private boolean everHeard;
    private boolean closed;
    private long timer;

    ManagerLines(Vertx vertx, JsonBus bus, long tickMillis) {
        this.vertx = vertx;
        this.bus = bus;
        this.tickMillis = tickMillis;
        this.registration = bus.subscribe(Addresses.MANAGERS, this::heard);
        setTick();
    }

    private synchronized void heard(JsonObject said) {
        String instanceId = said.getString("instance_id", "");
        if (!instanceId.isEmpty()) {
            everHeard = true;
            heardAt = ticks;
            credits.heard(
                    instanceId,
                    said.getInteger("free", 0),
                    said.getString("state", "serving").equals("serving"),
                    ticks);
        }
    }

    synchronized int size() {
        return credits.size();
    }

    /** To the manager whose turn it is; to whomever the bus chooses when none is known. */
    <T> Future<T> send(String address, int pushes, Function<String, Future<T>> request) {
        Promise<T> answer = Promise.promise();
        String manager = begin(answer, pushes);
        request.apply(manager == null ? address : JsonBus.ownAddress(address, manager))
                .onComplete(done -> {
                    if (manager != null) {
                        end(manager, answer, pushes, done.succeeded() ? null : done.cause());
                    }
                    if (done.succeeded()) {
                        answer.tryComplete(done.result());
                    } else {
                        answer.tryFail(done.cause());
                    }
                });
        return answer.future();
    }

    private synchronized @Nullable String begin(Promise<?> answer, int pushes) {
        String manager = credits.choose();
        if (manager != null) {
            credits.sent(manager, pushes);
            open.computeIfAbsent(manager, first -> new LinkedHashSet<>()).add(answer);
        }
        return manager;
    }

    private synchronized void end(String manager, Promise<?> answer, int pushes, @Nullable Throwable failure) {
        credits.ended(manager, pushes);
        if (failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
            credits.notThere(manager);
        }
        Set<Promise<?>> others = open.get(manager);
        if (others != null) {
            others.remove(answer);
            if (others.isEmpty()) {
                open.remove(manager);
            }
        }
    }

    /** Not a periodic timer: after a pause that one would fire for all the time missed. */
    private void setTick() {
        timer = vertx.setTimer(tickMillis, due -> tick());
    }

    private void tick() {
        List<Promise<?>> lost = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            ticks++;
            for (String silent : credits.takeSilent(ticks)) {
                Set<Promise<?>> unanswered = open.remove(silent);
                if (unanswered != null) {
                    lost.addAll(unanswered);
                }
            }
            if (everHeard && ticks - heardAt > DEAF_TICKS) {
                heardAt = ticks;
                listenAnew();
            }
            setTick();
        }
        for (Promise<?> request : lost) {
            request.tryFail(new ReplyException(
                    ReplyFailure.RECIPIENT_FAILURE,
                    ErrorCode.UNAVAILABLE.grpcCode(),
                    "its Push-Manager has fallen silent: it may have been delivered"));
        }
    }

    private void listenAnew() {
        registration.cancel();
        registration = bus.subscribe(Addresses.MANAGERS, this::heard);
    }

    synchronized Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        return registration.cancel();
    }
}
