package io.pushmanager.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The typed face of this JVM's event bus. Bodies are immutable and cross by reference.
 *
 * <p><b>Thread:</b> any; a consumer runs on the context that registered it.
 * <b>Bound:</b> none: the bus queues without limit, so every sender needs credits or an answer.
 */
public final class Bus {

    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(ReferenceCodec.NAME);

    private final EventBus eventBus;

    private Bus(EventBus eventBus) {
        this.eventBus = eventBus;
    }

    /** The bus of {@code vertx}; registers the codec on first use. */
    public static Bus of(Vertx vertx) {
        EventBus eventBus = vertx.eventBus();
        ReferenceCodec.registerOnce(eventBus);
        return new Bus(eventBus);
    }

    /** To the one consumer of the address. Nothing tells the sender if there is none. */
    public <T> void send(Address<T> address, T body) {
        eventBus.send(address.name(), body, LOCAL);
    }

    /** To the one consumer of the address; fails at once with a ReplyException if there is none. */
    public <T> Future<Void> deliver(Address<T> address, T body) {
        return eventBus.<T>sender(address.name(), LOCAL).write(body);
    }

    /** To every consumer of the address. */
    public <T> void publish(Address<T> address, T body) {
        eventBus.publish(address.name(), body, LOCAL);
    }

    /** Fails with a ReplyException when nobody answers within {@code timeout}. */
    public <Q, R> Future<R> request(RequestAddress<Q, R> address, Q body, Duration timeout) {
        DeliveryOptions options = new DeliveryOptions(LOCAL).setSendTimeout(timeout.toMillis());
        return eventBus.<R>request(address.name(), body, options)
                .map(reply -> address.reply().cast(reply.body()));
    }

    public <T> Subscription consume(Address<T> address, Consumer<T> handler) {
        MessageConsumer<T> consumer = eventBus.localConsumer(address.name());
        consumer.handler(message -> handler.accept(message.body()));
        return consumer::unregister;
    }

    /** The handler's future is the answer; a failed one fails the request. */
    public <Q, R> Subscription answer(RequestAddress<Q, R> address, Function<Q, Future<R>> handler) {
        MessageConsumer<Q> consumer = eventBus.localConsumer(address.name());
        consumer.handler(message -> handler.apply(message.body())
                .onSuccess(reply -> message.reply(reply, LOCAL))
                .onFailure(failure -> message.fail(-1, String.valueOf(failure.getMessage()))));
        return consumer::unregister;
    }

    /** A registered consumer. */
    @FunctionalInterface
    public interface Subscription {
        Future<Void> cancel();
    }
}
