package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Action;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.proto.pubsub.LinkPush;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against protobuf's own way to make the same message. */
class PushEncoderTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writesWhatProtobufReads(long seed) throws InvalidProtocolBufferException {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            PushMessage push = push(
                            someTarget(random),
                            someContent(random),
                            AckLevel.values()[random.nextInt(2)],
                            random.nextBoolean() ? null : text(random))
                    .withHandling(someHandling(random));
            assertThat(LinkPush.parseFrom(PushEncoder.encode(push)))
                    .as("seed " + seed + ", round " + round)
                    .isEqualTo(protobuf(push));
        }
    }

    @Test
    void isAsShortAsProtobufsOwn() {
        PushMessage push =
                push(Target.everyone(), new Content("", "", 0, Map.of(), new byte[0]), AckLevel.ACCEPTED, null);

        assertThat(PushEncoder.encode(push)).isEqualTo(protobuf(push).toByteArray());
    }

    @Test
    void anActionCarriesNoContent() throws InvalidProtocolBufferException {
        PushMessage push = PushMessage.of(
                "m",
                true,
                Api.OPERATOR,
                Target.user("u"),
                Content.text("never sent"),
                AckLevel.DELIVERED,
                Long.MAX_VALUE,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                1,
                new Action.Join("r"));

        LinkPush sent = LinkPush.parseFrom(PushEncoder.encode(push));

        assertThat(sent.getPush().hasContent()).isFalse();
        assertThat(sent.getPush().getAction().getJoin().getRoomId()).isEqualTo("r");
        assertThat(sent.getTraceparent()).isEqualTo(push.traceparent());
    }

    private static LinkPush protobuf(PushMessage push) {
        LinkPush.Builder expected = LinkPush.newBuilder()
                .setPush(NodeRequestMapper.request(push))
                .setExpiresNanos(push.handling().expiresNanos());
        String traceparent = push.traceparent();
        if (traceparent != null) {
            expected.setTraceparent(traceparent);
        }
        return expected.build();
    }

    private static PushMessage push(Target target, Content content, AckLevel ack, @Nullable String traceparent) {
        return PushMessage.of("m", false, Api.PUSH_TO_ROOM, target, content, ack, Long.MAX_VALUE, traceparent);
    }

    private static Handling someHandling(Random random) {
        return Handling.of(
                Priority.values()[random.nextInt(3)],
                random.nextBoolean() ? Handling.NEVER : random.nextLong(),
                random.nextBoolean() ? "" : "k" + text(random));
    }

    private static Target someTarget(Random random) {
        return new Target(
                random.nextBoolean() ? "" : text(random),
                random.nextBoolean() ? List.of() : List.of("u" + text(random), "ä"),
                random.nextBoolean() ? Set.of() : Set.of("x" + text(random), "é"));
    }

    private static Content someContent(Random random) {
        Map<String, String> metadata = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            metadata.put("k" + i, random.nextBoolean() ? "" : text(random));
        }
        byte[] binary = new byte[random.nextInt(3) * random.nextInt(300)];
        random.nextBytes(binary);
        long timestamp = random.nextInt(3) == 0 ? 0 : random.nextLong();
        return new Content(random.nextBoolean() ? "" : "TEXT", text(random), timestamp, metadata, binary);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(200); i > 0; i--) {
            text.append(random.nextInt(4) == 0 ? "€" : "a").append(random.nextInt(50) == 0 ? "\uD83D\uDE00" : "");
        }
        return text.toString();
    }
}
