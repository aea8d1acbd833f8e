package io.pushmanager.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The public face of the event bus: plain JSON that any Vert.x language can send and read.
 *
 * <p><b>Thread:</b> any; a consumer runs on the context that registered it. <b>Bound:</b> none; whoever answers counts
 * what is in flight. <b>Failure:</b> a ReplyException, whose code the answering side chose.
 */
public final class JsonBus {

    /** The code of a failure that nobody chose: gRPC's INTERNAL. */
    private static final int INTERNAL = 13;

    private final EventBus eventBus;

    private JsonBus(EventBus eventBus) {
        this.eventBus = eventBus;
    }

    public static JsonBus of(Vertx vertx) {
        return new JsonBus(vertx.eventBus());
    }

    /** @param json null when the body is neither a JSON object nor text nor bytes */
    public record Request(@Nullable Buffer json, Function<String, @Nullable String> headers) {
        public @Nullable String header(String name) {
            return headers.apply(name);
        }
    }

    /** To one consumer of the address, here or elsewhere. */
    public Future<JsonObject> request(String address, JsonObject body, Map<String, String> headers, Duration timeout) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(Math.max(1, timeout.toMillis()));
        headers.forEach(options::addHeader);
        return eventBus.<JsonObject>request(address, body, options).map(Message::body);
    }

    /** The handler's future is the answer, and so is what it throws; a ReplyException that fails it goes to the caller with its code. */
    public Bus.Subscription answer(String address, Function<Request, Future<JsonObject>> handler) {
        MessageConsumer<Object> consumer = eventBus.consumer(address);
        consumer.handler(message -> {
            Request request = new Request(
                    bytesOf(message.body()), name -> message.headers().get(name));
            Future.succeededFuture(request)
                    .compose(handler)
                    .onSuccess(message::reply)
                    .onFailure(failure -> {
                        if (failure instanceof ReplyException chosen) {
                            message.fail(chosen.failureCode(), chosen.getMessage());
                        } else {
                            message.fail(INTERNAL, "the push could not be handled");
                        }
                    });
        });
        return consumer::unregister;
    }

    private static @Nullable Buffer bytesOf(@Nullable Object body) {
        if (body instanceof JsonObject json) {
            return json.toBuffer();
        }
        if (body instanceof String text) {
            return Buffer.buffer(text);
        }
        if (body instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        }
        return body instanceof Buffer buffer ? buffer : null;
    }
}
