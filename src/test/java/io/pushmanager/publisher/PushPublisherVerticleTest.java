package io.pushmanager.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushAnswer;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.outcome.PushResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A publisher and the managers that a test plays. */
class PushPublisherVerticleTest {

    private final Vertx vertx = Vertx.vertx();
    private final JsonBus bus = JsonBus.of(vertx);
    private final PushPublisher publisher = PushPublisher.create(vertx, 20);
    private final Map<String, Integer> handled = new ConcurrentHashMap<>();

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void goesToTheManagersItHearsInTurn() throws Exception {
        answering("a");
        answering("b");
        speaking("a");
        speaking("b");
        heard(2);

        for (int i = 0; i < 20; i++) {
            get(publisher.toRoom("r", Content.text("hi")));
        }
        assertThat(handled).containsEntry("a", 10).containsEntry("b", 10);
    }

    @Test
    void goesToAnotherWhenNobodyIsThere() throws Exception {
        answering("a");
        speaking("a");
        speaking("gone");
        heard(2);

        for (int i = 0; i < 6; i++) {
            get(publisher.toRoom("r", Content.text("hi")));
        }
        assertThat(handled).containsEntry("a", 6);
    }

    @Test
    void failsInDoubtWhatASilentManagerDoesNotAnswer() {
        bus.answer(JsonBus.ownAddress(Addresses.PUBLISH, "silent"), request -> Promise.<JsonObject>promise()
                .future());
        say("silent", "serving");
        heard(1);

        Future<PushResult> result =
                publisher.toRoom("r", Content.text("hi"), PushOptions.defaults().withTimeout(Duration.ofSeconds(60)));

        assertThatThrownBy(() -> get(result)).cause().isInstanceOfSatisfying(PushFailure.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure.isInDoubt()).isTrue();
        });
        assertThat(publisher.managers()).isZero();
    }

    @Test
    void leavesTheChoiceToTheBusWhenTheOnlyOneDrains() throws Exception {
        bus.answer(Addresses.PUBLISH, request -> reply("bus"));
        answering("a");
        say("a", "draining");
        heard(1);

        get(publisher.toRoom("r", Content.text("hi")));

        assertThat(handled).containsOnlyKeys("bus");
    }

    @Test
    void sendsManyInFewMessagesAndHasTheAnswersInOrder() throws Exception {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        bus.answerBytes(Addresses.PUBLISH_MANY, request -> {
            JsonArray pushes = new JsonArray(request.json());
            sizes.add(pushes.size());
            JsonArray replies = new JsonArray();
            for (int i = 0; i < pushes.size(); i++) {
                String data = pushes.getJsonObject(i).getJsonObject("content").getString("data");
                replies.add(
                        data.endsWith("7")
                                ? new JsonObject()
                                        .put(
                                                "status",
                                                new JsonObject().put("code", 8).put("message", data))
                                : new JsonObject().put("message_id", data));
            }
            return Future.succeededFuture(replies.toBuffer());
        });
        List<Push> pushes = new ArrayList<>();
        for (int i = 0; i < 1_201; i++) {
            pushes.add(Push.toUser("u", Content.text("n" + i)));
        }

        List<PushAnswer> answers = get(publisher.all(pushes));

        assertThat(sizes).containsExactly(500, 500, 201);
        for (int i = 0; i < pushes.size(); i++) {
            PushAnswer answer = answers.get(i);
            assertThat(answer instanceof PushResult result ? result.messageId() : ((PushError) answer).message())
                    .isEqualTo("n" + i);
            assertThat(answer instanceof PushError).isEqualTo(i % 10 == 7);
        }
        assertThat(((PushError) answers.get(7)).code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void answersEachOfManyWhenNobodyIsThere() throws Exception {
        List<PushAnswer> answers =
                get(publisher.all(List.of(Push.toEveryone(Content.text("1")), Push.toEveryone(Content.text("2")))));

        assertThat(answers)
                .hasSize(2)
                .allMatch(answer -> answer instanceof PushError error && error.code() == ErrorCode.UNAVAILABLE);
    }

    private void answering(String instance) {
        bus.answer(JsonBus.ownAddress(Addresses.PUBLISH, instance), request -> reply(instance));
    }

    private Future<JsonObject> reply(String by) {
        handled.merge(by, 1, Integer::sum);
        return Future.succeededFuture(new JsonObject().put("message_id", "m"));
    }

    private void speaking(String instance) {
        say(instance, "serving");
        vertx.setPeriodic(30, beat -> {
            if (!instance.equals("gone")) {
                say(instance, "serving");
            }
        });
    }

    private void say(String instance, String state) {
        bus.publish(
                Addresses.MANAGERS,
                new JsonObject()
                        .put("instance_id", instance)
                        .put("state", state)
                        .put("free", 1_000));
    }

    private void heard(int managers) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> publisher.managers() == managers);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
