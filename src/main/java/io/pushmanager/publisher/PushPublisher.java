package io.pushmanager.publisher;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.outcome.PushResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * Pushes over the event bus, without gRPC:
 *
 * <pre>{@code
 * PushPublisher publisher = PushPublisher.create(vertx);
 * Future<PushResult> result = publisher.toRoom("room-001", Content.text("hi"));
 * }</pre>
 *
 * <p><b>Thread:</b> any. <b>Order:</b> pushes of one publisher to one target, each begun after the last was answered, are
 * written in that order. <b>Failure:</b> the future fails with a {@link PushFailure}; one that is in doubt may have been
 * delivered, so repeat it with the same message id. <b>Bound:</b> the manager refuses what is too much, with
 * RESOURCE_EXHAUSTED.
 */
public final class PushPublisher {

    private final JsonBus bus;

    private PushPublisher(JsonBus bus) {
        this.bus = bus;
    }

    public static PushPublisher create(Vertx vertx) {
        return new PushPublisher(JsonBus.of(vertx));
    }

    /** To every connection in the room. */
    public Future<PushResult> toRoom(String roomId, Content content) {
        return toRoom(roomId, content, PushOptions.defaults());
    }

    public Future<PushResult> toRoom(String roomId, Content content, PushOptions options) {
        return push(new JsonObject().put("room_id", roomId), content, options);
    }

    /** To every connection of the user. */
    public Future<PushResult> toUser(String userId, Content content) {
        return toUser(userId, content, PushOptions.defaults());
    }

    public Future<PushResult> toUser(String userId, Content content, PushOptions options) {
        return push(new JsonObject().put("user_id", userId), content, options);
    }

    /** To every connection there is. */
    public Future<PushResult> toEveryone(Content content) {
        return toEveryone(content, PushOptions.defaults());
    }

    public Future<PushResult> toEveryone(Content content, PushOptions options) {
        return push(new JsonObject().put("broadcast", true), content, options);
    }

    private Future<PushResult> push(JsonObject request, Content content, PushOptions options) {
        request.put("content", contentJson(content));
        JsonObject optionsJson = optionsJson(options);
        if (!optionsJson.isEmpty()) {
            request.put("options", optionsJson);
        }
        Map<String, String> headers =
                Map.of(PublishHeaders.TIMEOUT, Long.toString(options.timeout().toMillis()));
        return bus.request(Addresses.PUBLISH, request, headers, options.timeout())
                .map(PushReplyReader::read)
                .recover(failure -> Future.failedFuture(PushFailure.of(failure)));
    }

    private static JsonObject contentJson(Content content) {
        JsonObject json = new JsonObject().put("type", content.type()).put("data", content.data());
        if (content.timestampMillis() != 0) {
            json.put("timestamp", content.timestampMillis());
        }
        if (!content.metadata().isEmpty()) {
            JsonObject metadata = new JsonObject();
            content.metadata().forEach(metadata::put);
            json.put("metadata", metadata);
        }
        if (content.binary().length > 0) {
            json.put("binary", Base64.getEncoder().encodeToString(content.binary()));
        }
        return json;
    }

    private static JsonObject optionsJson(PushOptions options) {
        JsonObject json = new JsonObject();
        if (!options.messageId().isEmpty()) {
            json.put("message_id", options.messageId());
        }
        if (options.ack() == AckLevel.DELIVERED) {
            json.put("ack", "ACK_DELIVERED");
        }
        if (options.priority() != Priority.NORMAL) {
            json.put("priority", "PRIORITY_" + options.priority().name());
        }
        if (!options.ttl().isZero()) {
            json.put("ttl", seconds(options.ttl()));
        }
        if (!options.conflationKey().isEmpty()) {
            json.put("conflation_key", options.conflationKey());
        }
        return json;
    }

    /** As protobuf writes a duration. */
    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .toPlainString()
                + "s";
    }
}
