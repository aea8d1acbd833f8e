package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.outcome.ErrorCode;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several pushes handed over at once. */
@ExtendWith(VertxExtension.class)
class BatchVerticleTest {

    @Test
    void answersComeInTheOrderOfTheBatchSummedOverTheEventLoops(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=a&room_id=r");
                RawWebSocket two = node.open("?user_id=b&room_id=r");
                RawWebSocket three = node.open("?user_id=a")) {
            List<HubAnswer> answers = node.pushAll(
                    push("m1", Target.room("r"), "x"),
                    push("m2", Target.user("a"), "x"),
                    push("m3", Target.room("nobody's"), "x"),
                    push("m4", Target.everyone(), "x"));

            assertThat(answers)
                    .extracting(
                            answer -> ((HubAnswer.Delivered) answer).counts().written())
                    .containsExactly(2L, 2L, 0L, 3L);
            assertThat(one.readJson().getString("message_id")).isEqualTo("m1");
            assertThat(one.readJson().getString("message_id")).isEqualTo("m2");
            assertThat(one.readJson().getString("message_id")).isEqualTo("m4");
            assertThat(two.readJson().getString("message_id")).isEqualTo("m1");
            assertThat(two.readJson().getString("message_id")).isEqualTo("m4");
            assertThat(three.readJson().getString("message_id")).isEqualTo("m2");
        }
    }

    @Test
    void oneOfABatchIsRefusedAloneWhenItsIdHadOtherContent(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=a&room_id=r")) {
            List<HubAnswer> answers = node.pushAll(
                    push("m1", Target.room("r"), "x"),
                    push("m1", Target.room("r"), "other"),
                    push("m1", Target.room("r"), "x"),
                    push("m2", Target.room("r"), "x"));

            assertThat(((HubAnswer.Refused) answers.get(1)).error().code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
            assertThat(((HubAnswer.Delivered) answers.get(2)).counts())
                    .isEqualTo(new DeliveryCounts(1, 0, 0, 0, 1, 0, 0));
            assertThat(client.readJson().getString("message_id")).isEqualTo("m1");
            assertThat(client.readJson().getString("message_id")).isEqualTo("m2");
        }
    }

    @Test
    void batchesKeepTheirOrderAtEverySocket(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket client = node.open("?user_id=a&room_id=r&room_id=s")) {
            for (int batch = 0; batch < 10; batch++) {
                int first = batch * 20;
                node.hub.deliverAll(IntStream.range(first, first + 20)
                        .mapToObj(i -> push("m" + i, Target.room(i % 3 == 0 ? "s" : "r"), "x"))
                        .toList());
            }
            for (int i = 0; i < 200; i++) {
                assertThat(client.readJson().getString("message_id")).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void emptyBatchIsAnsweredEmpty(Vertx vertx) {
        assertThat(TestNode.start(vertx).pushAll()).isEmpty();
    }

    private static HubPush push(String id, Target target, String text) {
        return new HubPush(id, target, Content.text(text, 1));
    }
}
