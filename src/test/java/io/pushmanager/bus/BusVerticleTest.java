package io.pushmanager.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class BusVerticleTest {

    private record Question(String text) {}

    private static final RequestAddress<Question, Question> ECHO =
            new RequestAddress<>("test.echo", Question.class, Question.class);

    @Test
    void answersTheVeryObjectThatWasAsked(Vertx vertx, VertxTestContext context) {
        Bus bus = Bus.of(vertx);
        Question question = new Question("who?");
        bus.answer(ECHO, Future::succeededFuture);

        bus.request(ECHO, question, Duration.ofSeconds(5))
                .onComplete(context.succeeding(answer -> context.verify(() -> {
                    assertThat(answer).isSameAs(question);
                    context.completeNow();
                })));
    }
}
