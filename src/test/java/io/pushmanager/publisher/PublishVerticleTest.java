package io.pushmanager.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.NodeReport;
import io.pushmanager.core.outcome.Outcome;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.pushmanager.testing.PlayedFanOut;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);
    private static final PushResult REPORTED = new PushResult(
            "id-1",
            2,
            1,
            new DeliveryCounts(3, 2, 1, 0, 0, 0, 0),
            List.of(
                    NodeReport.reported("node-a", new DeliveryCounts(3, 2, 1, 0, 0, 0, 0)),
                    NodeReport.unreported("node-b", Outcome.TIMED_OUT, "late"),
                    NodeReport.rejected("node-c", Outcome.REJECTED_FULL, "full")),
            true);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private final PushPublisher publisher = PushPublisher.create(vertx);
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Strain strain = new Strain();
    private final List<PushMessage> seen = new CopyOnWriteArrayList<>();
    private Function<PushMessage, Future<PushAnswer>> fanOut = message -> Future.succeededFuture(REPORTED);

    @BeforeEach
    void deploy() throws Exception {
        bus.answer(Addresses.FANOUT, message -> {
            seen.add(message);
            return fanOut.apply(message);
        });
        get(vertx.deployVerticle(new PublishVerticle(
                new PublisherConfig(2, 300_000, Duration.ofSeconds(5)),
                bus,
                CLOCKS,
                new Meters(registry),
                Tracing.off(),
                strain)));
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void pushesToARoomAUserAndEveryone() throws Exception {
        get(publisher.toRoom("room-1", Content.text("hi")));
        get(publisher.toUser("user-1", Content.text("hi")));
        get(publisher.toEveryone(Content.text("hi")));

        assertThat(seen)
                .extracting(PushMessage::target)
                .containsExactly(Target.room("room-1"), Target.user("user-1"), Target.everyone());
        assertThat(seen).extracting(PushMessage::api).containsOnly(Api.EVENT_BUS);
        assertThat(seen.get(0).content().data()).isEqualTo("hi");
    }

    @Test
    void carriesContentOptionsAndDeadline() throws Exception {
        Content content = new Content("T", "d", 42, Map.of("k", "v"), new byte[] {1, -1});
        long before = System.nanoTime();

        get(publisher.toRoom(
                "r",
                content,
                PushOptions.defaults()
                        .withMessageId("mine")
                        .withAck(AckLevel.DELIVERED)
                        .withTimeout(Duration.ofSeconds(7))));

        PushMessage message = seen.get(0);
        assertThat(message.content()).isEqualTo(content);
        assertThat(message.messageId()).isEqualTo("mine");
        assertThat(message.ack()).isEqualTo(AckLevel.DELIVERED);
        assertThat(TimeUnit.NANOSECONDS.toMillis(message.deadlineNanos() - before))
                .isBetween(7_000L, 8_000L);
    }

    @Test
    void carriesPriorityTimeToLiveAndConflationKey() throws Exception {
        long before = System.nanoTime();

        get(publisher.toRoom(
                "r",
                Content.text("hi"),
                PushOptions.defaults()
                        .withPriority(Priority.LOW)
                        .withTtl(Duration.ofMillis(2_500))
                        .withConflationKey("k")));

        Handling handling = seen.get(0).handling();
        assertThat(handling.priority()).isEqualTo(Priority.LOW);
        assertThat(handling.conflationKey()).isEqualTo("k");
        assertThat(handling.expiresNanos() - before)
                .isBetween(2_500_000_000L, 2_500_000_000L + System.nanoTime() - before);
    }

    @Test
    void givesTheResultBackAsItWas() throws Exception {
        PushResult result = get(publisher.toRoom("r", Content.text("hi")));

        assertThat(result.nodesTargeted()).isEqualTo(3);
        assertThat(result.delivery()).isEqualTo(REPORTED.delivery());
        assertThat(result.nodes()).isEqualTo(REPORTED.nodes());
        assertThat(result.membershipStale()).isTrue();
    }

    @Test
    void failsWithTheGrpcCodeAndTheMessage() {
        fanOut = message ->
                Future.succeededFuture(PushError.retryable(ErrorCode.RESOURCE_EXHAUSTED, "MAILBOX_FULL", "full", 100));

        assertThatThrownBy(() -> get(publisher.toRoom("r", Content.text("hi"))))
                .cause()
                .isInstanceOfSatisfying(PushFailure.class, failure -> {
                    assertThat(failure.failureCode()).isEqualTo(8);
                    assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                    assertThat(failure.isInDoubt()).isFalse();
                    assertThat(failure).hasMessageContaining("full");
                });
        assertThat(registry.scrape())
                .contains("push_manager_api_requests_total{api=\"EventBus\",code=\"RESOURCE_EXHAUSTED\"} 1.0");
    }

    @Test
    void takesAPlainJsonObjectItsTextOrItsBytes() throws Exception {
        JsonObject body = new JsonObject()
                .put("room_id", "r")
                .put("content", new JsonObject().put("type", "TEXT").put("data", "hi"));

        for (Object form : List.of(body, body.encode(), body.toBuffer())) {
            Message<JsonObject> reply = get(vertx.eventBus().request(Addresses.PUBLISH, form));
            assertThat(reply.body().getInteger("nodes_targeted")).isEqualTo(3);
        }
        assertThat(seen).hasSize(3);
    }

    @Test
    void refusesABodyThatIsNoJson() {
        for (Object form : new Object[] {"{\"room_id\":", 17, null}) {
            assertThatThrownBy(() -> get(vertx.eventBus().request(Addresses.PUBLISH, form)))
                    .cause()
                    .isInstanceOfSatisfying(ReplyException.class, failure -> assertThat(failure.failureCode())
                            .isEqualTo(3));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void refusesATimeoutThatIsNoNumberOfMilliseconds() {
        for (String timeout : List.of("soon", "0", "-1", "99999999999")) {
            DeliveryOptions options = new DeliveryOptions().addHeader("timeout-ms", timeout);
            assertThatThrownBy(() -> get(vertx.eventBus().request(Addresses.PUBLISH, body(), options)))
                    .cause()
                    .isInstanceOfSatisfying(ReplyException.class, failure -> {
                        assertThat(failure.failureCode()).isEqualTo(3);
                        assertThat(failure).hasMessageContaining("timeout-ms");
                    });
        }
    }

    @Test
    void refusesPushesWhileMemoryIsShort() throws Exception {
        strain.memoryShort(true);

        assertThatThrownBy(() -> get(publisher.toRoom("r", Content.text("x"))))
                .cause()
                .hasMessageContaining("short of memory");
        strain.memoryShort(false);
        get(publisher.toRoom("r", Content.text("x")));
    }

    @Test
    void refusesMoreBytesThanItMayHaveInFlightAndRecovers() throws Exception {
        Promise<PushAnswer> held = Promise.promise();
        fanOut = message -> held.future();
        Future<PushResult> first = publisher.toRoom("r", Content.text("x".repeat(200_000)));

        assertThatThrownBy(() -> get(publisher.toRoom("r", Content.text("x".repeat(200_000)))))
                .cause()
                .hasMessageContaining("publisher.max-in-flight-bytes");
        held.complete(REPORTED);
        get(first);
        get(publisher.toRoom("r", Content.text("x".repeat(200_000))));
    }

    @Test
    void refusesMoreThanItMayHaveInFlightAndRecovers() throws Exception {
        Promise<PushAnswer> held = Promise.promise();
        fanOut = message -> held.future();
        Future<PushResult> first = publisher.toRoom("r", Content.text("1"));
        Future<PushResult> second = publisher.toRoom("r", Content.text("2"));
        await().until(() -> seen.size() == 2);

        assertThatThrownBy(() -> get(publisher.toRoom("r", Content.text("3"))))
                .cause()
                .hasMessageContaining("publisher.max-in-flight")
                .extracting(failure -> ((PushFailure) failure).failureCode())
                .isEqualTo(8);
        held.complete(REPORTED);
        get(first);
        get(second);

        assertThat(get(publisher.toRoom("r", Content.text("4")))).isNotNull();
    }

    @Test
    void saysUnavailableWhenThereIsNoManager() throws Exception {
        Vertx alone = Vertx.vertx();
        try {
            assertThatThrownBy(() -> get(PushPublisher.create(alone).toRoom("r", Content.text("hi"))))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(PushFailure.class, failure -> assertThat(failure.code())
                            .isEqualTo(ErrorCode.UNAVAILABLE));
        } finally {
            get(alone.close());
        }
    }

    @Test
    void isInDoubtWhenNoAnswerComesInTime() {
        fanOut = message -> Promise.<PushAnswer>promise().future();

        assertThatThrownBy(() -> get(publisher.toRoom(
                        "r", Content.text("hi"), PushOptions.defaults().withTimeout(Duration.ofMillis(50)))))
                .cause()
                .isInstanceOfSatisfying(PushFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
                    assertThat(failure.isInDoubt()).isTrue();
                });
    }

    @Test
    void answersManyInOrderEachForItself() throws Exception {
        PlayedFanOut.on(bus, message -> {
            seen.add(message);
            return Future.succeededFuture(new PushResult(message.content().data(), 0, 0, null, List.of(), false));
        });
        JsonArray pushes = new JsonArray()
                .add(body().put("content", new JsonObject().put("data", "1")))
                .add(new JsonObject().put("content", new JsonObject().put("data", "to whom?")));

        Message<JsonArray> reply = get(vertx.eventBus().request(Addresses.PUBLISH_MANY, pushes));

        assertThat(reply.body().size()).isEqualTo(2);
        assertThat(reply.body().getJsonObject(0).getString("message_id")).isEqualTo("1");
        assertThat(reply.body().getJsonObject(1).getJsonObject("status").getInteger("code"))
                .isEqualTo(3);
        assertThat(registry.scrape())
                .contains("push_manager_api_requests_total{api=\"EventBus\",code=\"OK\"} 1.0")
                .contains("push_manager_api_requests_total{api=\"EventBus\",code=\"INVALID_ARGUMENT\"} 1.0");
    }

    @Test
    void refusesManyThatAreNoArrayOrMoreThanItMayHaveInFlight() {
        JsonArray three = new JsonArray().add(body()).add(body()).add(body());
        Map<Object, Integer> expected = Map.of("{}", 3, "[{]", 3, "[1]", 3, three.encode(), 8);

        expected.forEach(
                (body, code) -> assertThatThrownBy(() -> get(vertx.eventBus().request(Addresses.PUBLISH_MANY, body)))
                        .cause()
                        .isInstanceOfSatisfying(ReplyException.class, failure -> assertThat(failure.failureCode())
                                .isEqualTo(code)));
    }

    @Test
    void givesUpOnManyWhenFanOutIsSilent() throws Exception {
        PlayedFanOut.on(bus, message -> Promise.<PushAnswer>promise().future());
        DeliveryOptions options = new DeliveryOptions().addHeader("timeout-ms", "10");

        Message<JsonArray> reply =
                get(vertx.eventBus().request(Addresses.PUBLISH_MANY, new JsonArray().add(body()), options));

        assertThat(reply.body().getJsonObject(0).getJsonObject("status").getInteger("code"))
                .isEqualTo(4);
    }

    private static JsonObject body() {
        return new JsonObject().put("room_id", "r").put("content", new JsonObject().put("data", "x"));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
