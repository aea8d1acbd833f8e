package io.pushmanager.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.Pushes;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.PlayedFanOut;
import io.pushmanager.testing.RecordingTracing;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Valid;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class PushDispatcherVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    private static final PushError REFUSED = PushError.of(ErrorCode.UNAVAILABLE, "TEST", "no");

    private final IngressGate gate = new IngressGate(
            IngressFixture.config(java.util.Map.of()), CLOCKS, new Meters(new SimpleMeterRegistry()), new Strain());
    private final CallerAccount account = new CallerAccount(null, () -> {});
    private final List<PushAnswer> answers = new CopyOnWriteArrayList<>();

    @Test
    void opensTheCallsSpanUnderTheCallersAndEndsItWithTheAnswer(Vertx vertx) {
        Bus bus = Bus.of(vertx);
        RecordingTracing tracing = new RecordingTracing();
        List<String> traceparents = new CopyOnWriteArrayList<>();
        PlayedFanOut.on(bus, message -> {
            traceparents.add(String.valueOf(message.traceparent()));
            return Future.succeededFuture(REFUSED);
        });

        push(vertx, bus, tracing, 1, 5_000);

        await().until(() -> answers.size() == 1);
        assertThat(answers.get(0)).isSameAs(REFUSED);
        assertThat(traceparents).containsExactly("Http under callers");
        assertThat(tracing.ended).containsExactly("Http UNAVAILABLE");
    }

    @Test
    void sendsWhatOneTurnBringsAsOneMessageInTheOrderOfTheCalls(Vertx vertx) {
        Bus bus = Bus.of(vertx);
        List<Pushes> received = new CopyOnWriteArrayList<>();
        bus.consume(Addresses.PUSHES, received::add);

        push(vertx, bus, Tracing.off(), 300, 60_000);

        await().until(() ->
                received.stream().mapToInt(batch -> batch.tickets().size()).sum() == 300);
        assertThat(received).extracting(batch -> batch.tickets().size()).containsExactly(256, 44);
        assertThat(received.stream().flatMap(batch -> batch.tickets().stream()))
                .extracting(ticket -> ticket.message().messageId())
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 300)
                        .mapToObj(i -> "id-" + i)
                        .toList());
    }

    @Test
    void saysUnavailableWhileThereIsNoFanOut(Vertx vertx) {
        push(vertx, Bus.of(vertx), Tracing.off(), 2, 60_000);

        await().until(() -> answers.size() == 2);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(((PushError) answer).reason()).isEqualTo("NOT_READY"));
        assertThat(gate.inFlight()).isZero();
    }

    @Test
    void answersWhatAFanOutThatIsGoneNeverAnswersSoonAfterTheDeadline(Vertx vertx) {
        Bus bus = Bus.of(vertx);
        bus.consume(Addresses.PUSHES, never -> {});
        long start = System.nanoTime();

        push(vertx, bus, Tracing.off(), 2, 100);

        await().until(() -> answers.size() == 2);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(350L, 3_000L);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(((PushError) answer).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        assertThat(gate.inFlight()).isZero();
    }

    private void push(Vertx vertx, Bus bus, Tracing tracing, int pushes, long timeoutMillis) {
        Context context = vertx.getOrCreateContext();
        context.runOnContext(turn -> {
            PushDispatcher dispatcher = new PushDispatcher(vertx, gate, bus, CLOCKS, tracing);
            for (int i = 0; i < pushes; i++) {
                PushMessage message = PushMessage.of(
                        "id-" + i,
                        false,
                        Api.HTTP,
                        Target.everyone(),
                        Content.text("x", 1),
                        AckLevel.ACCEPTED,
                        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
                        "callers");
                dispatcher.push(new PushDispatcher.Caller() {
                    @Override
                    public CallerAccount account() {
                        return account;
                    }

                    @Override
                    public int size() {
                        return 300;
                    }

                    @Override
                    public Checked check() {
                        return new Valid(message);
                    }

                    @Override
                    public void accept(PushAnswer answer) {
                        answers.add(answer);
                    }
                });
            }
        });
    }
}
