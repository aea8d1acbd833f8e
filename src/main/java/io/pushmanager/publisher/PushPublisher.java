package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Pushes over the event bus, without gRPC:
 *
 * <pre>{@code
 * PushPublisher publisher = PushPublisher.create(vertx);
 * Future<PushResult> result = publisher.toRoom("room-001", Content.text("hi"));
 * }</pre>
 *
 * <p>Where several Push-Managers share the bus, each request goes to one of them, in turn among those that have room. A
 * request that reached no manager at all goes to another; any other failure is the caller's to judge.
 *
 * <p><b>Thread:</b> any. <b>Order:</b> pushes of one publisher to one target, each begun after the last was DELIVERED, are
 * written in that order; the pushes of one {@link #all} go to one manager and keep theirs. <b>Failure:</b> the future fails
 * with a {@link PushFailure}; one that is in doubt may have been delivered, so repeat it with the same message id.
 * <b>Time:</b> a request fails at its time-out, or some 5 s after its manager has fallen silent. <b>Bound:</b> the manager
 * refuses what is too much, with RESOURCE_EXHAUSTED.
 */
public final class PushPublisher {

    /** More of them are several messages, one after the other. */
    static final int MOST_AT_ONCE = 500;

    /** The manager itself gives up on single pushes at the time-out; its one answer for all comes after that. */
    private static final long LATE_MILLIS = 500;

    private final JsonBus bus;
    private final ManagerLines managers;

    private PushPublisher(Vertx vertx, long tickMillis) {
        this.bus = JsonBus.of(vertx);
        this.managers = new ManagerLines(vertx, bus, tickMillis);
    }

    /** One for a whole application is enough. Until the first managers are heard, the bus chooses. */
    public static PushPublisher create(Vertx vertx) {
        return new PushPublisher(vertx, ManagerLines.TICK_MILLIS);
    }

    /** With time that passes sooner, for tests. */
    static PushPublisher create(Vertx vertx, long tickMillis) {
        return new PushPublisher(vertx, tickMillis);
    }

    /** To every connection in the room. */
    public Future<PushResult> toRoom(String roomId, Content content) {
        return push(Push.toRoom(roomId, content));
    }

    public Future<PushResult> toRoom(String roomId, Content content, PushOptions options) {
        return push(Push.toRoom(roomId, content).with(options));
    }

    /** To every connection of the user. */
    public Future<PushResult> toUser(String userId, Content content) {
        return push(Push.toUser(userId, content));
    }

    public Future<PushResult> toUser(String userId, Content content, PushOptions options) {
        return push(Push.toUser(userId, content).with(options));
    }

    /** To every connection there is. */
    public Future<PushResult> toEveryone(Content content) {
        return push(Push.toEveryone(content));
    }

    public Future<PushResult> toEveryone(Content content, PushOptions options) {
        return push(Push.toEveryone(content).with(options));
    }

    public Future<PushResult> push(Push push) {
        Buffer body = PushWriter.write(push);
        Duration timeout = push.options().timeout();
        Map<String, String> headers = timeoutHeader(timeout);
        return sendToOne(Addresses.PUBLISH, 1, address -> bus.request(address, body, headers, timeout))
                .map(PushReplyReader::read)
                .recover(failure -> Future.failedFuture(PushFailure.of(failure)));
    }

    /**
     * Many pushes in few messages. The answers are in the order of the pushes, each a {@link PushResult} or a {@link
     * PushError}; the future itself does not fail. The longest time-out of them is that of all.
     */
    public Future<List<PushAnswer>> all(List<Push> pushes) {
        List<Push> copy = List.copyOf(pushes);
        if (copy.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Duration timeout = copy.stream()
                .map(push -> push.options().timeout())
                .max(Duration::compareTo)
                .orElseThrow();
        return all(copy, 0, timeout, new ArrayList<>(copy.size()));
    }

    private Future<List<PushAnswer>> all(List<Push> pushes, int from, Duration timeout, List<PushAnswer> answers) {
        List<Push> some = pushes.subList(from, Math.min(pushes.size(), from + MOST_AT_ONCE));
        return many(some, timeout).compose(given -> {
            answers.addAll(given);
            return answers.size() == pushes.size()
                    ? Future.succeededFuture(answers)
                    : all(pushes, answers.size(), timeout, answers);
        });
    }

    private Future<List<PushAnswer>> many(List<Push> pushes, Duration timeout) {
        Buffer body = PushWriter.write(pushes);
        Map<String, String> headers = timeoutHeader(timeout);
        return sendToOne(
                        Addresses.PUBLISH_MANY,
                        pushes.size(),
                        address -> bus.requestBytes(address, body, headers, timeout.plusMillis(LATE_MILLIS)))
                .map(PushReplyReader::readMany)
                .otherwise(failure -> failedAlike(PushFailure.of(failure), pushes.size()));
    }

    private static List<PushAnswer> failedAlike(PushFailure failure, int pushes) {
        PushError error = PushError.of(
                failure.code(), failure.isInDoubt() ? "IN_DOUBT" : "REFUSED", String.valueOf(failure.getMessage()));
        List<PushAnswer> answers = new ArrayList<>(pushes);
        for (int i = 0; i < pushes; i++) {
            answers.add(error);
        }
        return answers;
    }

    private static Map<String, String> timeoutHeader(Duration timeout) {
        return Map.of(PublishHeaders.TIMEOUT, Long.toString(timeout.toMillis()));
    }

    private <T> Future<T> sendToOne(String address, int pushes, Function<String, Future<T>> request) {
        return managers.send(address, pushes, request).recover(failure -> {
            // Nobody was there to take it: it is certain that nothing was pushed.
            boolean reachedNobody =
                    failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
            return reachedNobody ? managers.send(address, pushes, request) : Future.failedFuture(failure);
        });
    }

    /** Stops listening for managers. Requests under way go on. */
    public Future<Void> close() {
        return managers.close();
    }

    /** How many managers are heard; 0 while the bus chooses. */
    public int managers() {
        return managers.size();
    }
}
