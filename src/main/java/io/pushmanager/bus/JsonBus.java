package io.pushmanager.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The public face of an event bus: plain JSON that any Vert.x language can send and read.
 *
 * <p><b>Thread:</b> any; a consumer runs on the context that registered it, be it of this Vert.x or of another one.
 * <b>Bound:</b> none; whoever answers counts what is in flight. <b>Failure:</b> a ReplyException, whose code the answering
 * side chose.
 */
public final class JsonBus {

    /** The code of a failure that nobody chose: gRPC's INTERNAL. */
    private static final int INTERNAL = 13;

    private final Vertx vertx;
    private final EventBus eventBus;

    private JsonBus(Vertx vertx) {
        this.vertx = vertx;
        this.eventBus = vertx.eventBus();
    }

    public static JsonBus of(Vertx vertx) {
        return new JsonBus(vertx);
    }

    /** Where one of those who answer at a public address answers alone. */
    public static String ownAddress(String publicAddress, String instanceId) {
        return publicAddress + "." + instanceId;
    }

    /** @param json null when the body is neither JSON nor text nor bytes */
    public record Request(@Nullable Buffer json, Function<String, @Nullable String> headers) {
        public @Nullable String header(String name) {
            return headers.apply(name);
        }
    }

    /** A consumer. */
    public interface Registration {

        /** Completes when every member of a cluster may know of it. */
        Future<Void> known();

        Future<Void> cancel();
    }

    /** To one consumer of the address, here or elsewhere. */
    public Future<JsonObject> request(String address, Buffer json, Map<String, String> headers, Duration timeout) {
        return eventBus.<JsonObject>request(address, json, options(headers, timeout))
                .map(Message::body);
    }

    /** As {@link #request}, where the answer is bytes too. */
    public Future<Buffer> requestBytes(String address, Buffer body, Map<String, String> headers, Duration timeout) {
        return eventBus.<Buffer>request(address, body, options(headers, timeout))
                .map(Message::body);
    }

    private static DeliveryOptions options(Map<String, String> headers, Duration timeout) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(Math.max(1, timeout.toMillis()));
        headers.forEach(options::addHeader);
        return options;
    }

    /** To every consumer of the address, wherever it is. Nothing tells whether it arrived. */
    public void publish(String address, JsonObject body) {
        eventBus.publish(address, body);
    }

    /** Told of every JSON object that is published there. */
    public Registration subscribe(String address, Consumer<JsonObject> handler) {
        return consume(address, (message, home) -> {
            if (message.body() instanceof JsonObject json) {
                handler.accept(json);
            }
        });
    }

    /** The handler's future is the answer, and so is what it throws; a ReplyException that fails it goes to the caller with its code. */
    public Registration answer(String address, Function<Request, Future<JsonObject>> handler) {
        return consume(address, (message, home) -> answer(message, home, handler));
    }

    /** As {@link #answer}, with JSON in bytes; whoever asked with a JSON array or text gets the same back. */
    public Registration answerBytes(String address, Function<Request, Future<Buffer>> handler) {
        return consume(address, (message, home) -> {
            Object asked = message.body();
            answer(message, home, request -> handler.apply(request).<Object>map(bytes -> {
                if (asked instanceof JsonArray) {
                    return new JsonArray(bytes);
                }
                return asked instanceof String ? bytes.toString() : bytes;
            }));
        });
    }

    private <T> void answer(Message<Object> message, Runner home, Function<Request, Future<T>> handler) {
        Request request =
                new Request(bytesOf(message.body()), name -> message.headers().get(name));
        Future.succeededFuture(request)
                .compose(handler)
                .onComplete(done -> home.run(() -> {
                    if (done.succeeded()) {
                        message.reply(done.result());
                    } else if (done.cause() instanceof ReplyException chosen) {
                        message.fail(chosen.failureCode(), chosen.getMessage());
                    } else {
                        message.fail(INTERNAL, "the push could not be handled");
                    }
                }));
    }

    private interface Runner {
        void run(Runnable task);
    }

    private interface Received {
        void accept(Message<Object> message, Runner home);
    }

    private Registration consume(String address, Received handler) {
        MessageConsumer<Object> consumer = eventBus.consumer(address);
        consumer.handler(onContextOfCaller(handler));
        return new Registration() {
            @Override
            public Future<Void> known() {
                return consumer.completion();
            }

            @Override
            public Future<Void> cancel() {
                return consumer.unregister();
            }
        };
    }

    /** A context of another Vert.x is gone to for each message, and left for each answer. */
    private Handler<Message<Object>> onContextOfCaller(Received handler) {
        Context caller = Vertx.currentContext();
        if (caller == null || caller.owner() == vertx) {
            return message -> handler.accept(message, Runnable::run);
        }
        return message -> {
            Context home = vertx.getOrCreateContext();
            caller.runOnContext(onCaller -> handler.accept(message, task -> home.runOnContext(back -> task.run())));
        };
    }

    private static @Nullable Buffer bytesOf(@Nullable Object body) {
        if (body instanceof JsonObject json) {
            return json.toBuffer();
        }
        if (body instanceof JsonArray json) {
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
