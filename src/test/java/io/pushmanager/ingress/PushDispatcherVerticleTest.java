package io.pushmanager.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.testing.RecordingTracing;
import io.pushmanager.wire.PushRequests;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class PushDispatcherVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    @Test
    void opensTheCallsSpanUnderTheCallersAndEndsItWithTheAnswer(Vertx vertx, VertxTestContext context) {
        Bus bus = Bus.of(vertx);
        RecordingTracing tracing = new RecordingTracing();
        PushAnswer refused = PushError.of(ErrorCode.UNAVAILABLE, "TEST", "no");
        bus.answer(Addresses.FANOUT, message -> {
            context.verify(() -> assertThat(message.traceparent()).isEqualTo("Http under callers"));
            return Future.succeededFuture(refused);
        });
        PushMessage message = PushMessage.of(
                "id",
                false,
                Api.HTTP,
                Target.everyone(),
                Content.text("x", 1),
                AckLevel.ACCEPTED,
                System.nanoTime() + TimeUnit.SECONDS.toNanos(5),
                "callers");

        new PushDispatcher(new IngressGate(new IngressConfig("m", "127.0.0.1", 0, 10, 10)), bus, CLOCKS, tracing)
                .push(() -> new PushRequests.Valid(message))
                .onComplete(context.succeeding(answer -> context.verify(() -> {
                    assertThat(answer).isSameAs(refused);
                    assertThat(tracing.ended).containsExactly("Http UNAVAILABLE");
                    context.completeNow();
                })));
    }
}
