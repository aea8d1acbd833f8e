package io.pushmanager.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.protocol.BroadCastReq;
import io.pushmanager.proto.protocol.Proto;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.Priority;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import io.pushmanager.wire.PushRequests.Arrival;
import io.pushmanager.wire.PushRequests.Checked;
import io.pushmanager.wire.PushRequests.Invalid;
import io.pushmanager.wire.PushRequests.Valid;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushRequestsTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final Arrival ARRIVAL = new Arrival(Api.PUSH_TO_ROOM, 77, TRACE);
    private static final Content HELLO =
            Content.newBuilder().setType("TEXT").setData("hello").build();

    private final PushRequests requests = new PushRequests(new Clocks(() -> 1, () -> 1_700_000_000_000L));

    @Test
    void completesWhatTheCallerLeftOpen() {
        PushMessage message = valid(requests.room(room().build(), ARRIVAL));

        assertThat(message.messageId()).hasSize(26);
        assertThat(message.callerChoseId()).isFalse();
        assertThat(message.content().timestampMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(message.ack()).isEqualTo(AckLevel.ACCEPTED);
        assertThat(message.deadlineNanos()).isEqualTo(77);
        assertThat(message.traceparent()).isEqualTo(TRACE);
        assertThat(message.target()).isEqualTo(Target.room("room"));
    }

    @Test
    void keepsWhatTheCallerChose() {
        PushOptions options = PushOptions.newBuilder()
                .setMessageId("mine")
                .setAck(Ack.ACK_DELIVERED)
                .build();
        Content stamped = HELLO.toBuilder().setTimestamp(5).build();

        PushMessage message = valid(
                requests.room(room().setOptions(options).setContent(stamped).build(), ARRIVAL));

        assertThat(message.messageId()).isEqualTo("mine");
        assertThat(message.callerChoseId()).isTrue();
        assertThat(message.ack()).isEqualTo(AckLevel.DELIVERED);
        assertThat(message.content().timestampMillis()).isEqualTo(5);
    }

    @Test
    @Tag("bad-input-1")
    void namesEverythingThatIsWrongAtOnce() {
        PushError error = invalid(requests.room(PushToRoomRequest.getDefaultInstance(), ARRIVAL));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(fields(error)).containsExactly("room_id", "content");
    }

    @Test
    @Tag("bad-input-1")
    void refusesAnEmptyUserAndEmptyContent() {
        Content empty = Content.newBuilder().putMetadata("k", "v").build();

        PushError error = invalid(
                requests.user(PushToUserRequest.newBuilder().setContent(empty).build(), ARRIVAL));

        assertThat(fields(error)).containsExactly("user_id", "content");
    }

    @Test
    @Tag("bad-input-1")
    void refusesAStreamItemWithoutAPush() {
        assertThat(fields(invalid(requests.item(PushRequest.getDefaultInstance(), ARRIVAL))))
                .containsExactly("push");
    }

    @Test
    @Tag("bad-input-2")
    void namesTheLimitOfTheContent() {
        Content large = HELLO.toBuilder()
                .setBinary(ByteString.copyFrom(new byte[256 * 1024]))
                .build();

        PushError error = invalid(requests.broadcast(
                BroadcastMessageRequest.newBuilder().setContent(large).build(), ARRIVAL));

        assertThat(error.message()).contains("content").contains("262144");
    }

    @Test
    void acceptsContentOfExactlyTheLimit() {
        Content largest = Content.newBuilder()
                .setBinary(ByteString.copyFrom(new byte[256 * 1024]))
                .build();

        valid(requests.broadcast(
                BroadcastMessageRequest.newBuilder().setContent(largest).build(), ARRIVAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "a\u007fb", "a\u0085b"})
    void refusesControlCharactersInIds(String id) {
        assertThat(fields(invalid(requests.room(room().setRoomId(id).build(), ARRIVAL))))
                .containsExactly("room_id");
    }

    @Test
    void countsIdsInBytesOfUtf8() {
        valid(requests.room(room().setRoomId("é".repeat(128)).build(), ARRIVAL));

        PushError error =
                invalid(requests.room(room().setRoomId("é".repeat(129)).build(), ARRIVAL));

        assertThat(error.message()).contains("256");
    }

    @Test
    void refusesTooManyMetadataEntries() {
        Content.Builder content = HELLO.toBuilder();
        IntStream.range(0, 65).forEach(i -> content.putMetadata("k" + i, "v"));

        PushError error = invalid(requests.room(room().setContent(content).build(), ARRIVAL));

        assertThat(fields(error)).containsExactly("content.metadata");
    }

    @Test
    @Tag("bad-input-8")
    void countsADuplicateExclusionOnce() {
        PushMessage message = valid(requests.room(
                room().addAllExcludeUserIds(Collections.nCopies(100_000, "u")).build(), ARRIVAL));

        assertThat(message.target().excludedUserIds()).containsExactly("u");
    }

    @Test
    @Tag("bad-input-8")
    void capsExclusionsAndNamesTheField() {
        List<String> users = IntStream.range(0, 1_001).mapToObj(i -> "u" + i).toList();

        PushError error =
                invalid(requests.room(room().addAllExcludeUserIds(users).build(), ARRIVAL));

        assertThat(fields(error)).containsExactly("exclude_user_ids");
        assertThat(error.message()).contains("1000");
    }

    @Test
    void namesTheExclusionThatIsWrong() {
        PushError error = invalid(requests.room(
                room().addExcludeUserIds("ok").addExcludeUserIds("").build(), ARRIVAL));

        assertThat(fields(error)).containsExactly("exclude_user_ids[1]");
    }

    @Test
    void keepsPriorityTimeToLiveAndConflationKey() {
        PushOptions options = PushOptions.newBuilder()
                .setPriority(Priority.PRIORITY_HIGH)
                .setTtl(Duration.newBuilder().setSeconds(2).setNanos(5))
                .setConflationKey("price")
                .build();

        Handling handling = valid(requests.room(room().setOptions(options).build(), ARRIVAL))
                .handling();

        assertThat(handling.priority()).isEqualTo(io.pushmanager.core.message.Priority.HIGH);
        assertThat(handling.expiresNanos()).isEqualTo(1 + 2_000_000_005L);
        assertThat(handling.conflationKey()).isEqualTo("price");
    }

    @Test
    void aPushWithoutThemIsHandledAsAllAre() {
        assertThat(valid(requests.room(room().build(), ARRIVAL)).handling()).isSameAs(Handling.NORMAL);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 0", "0, -1", "1, -1", "1, 1000000000", "315576000001, 0"})
    void refusesATimeToLiveThatIsNone(long seconds, int nanos) {
        PushOptions options = PushOptions.newBuilder()
                .setTtl(Duration.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build();

        PushError error = invalid(requests.room(room().setOptions(options).build(), ARRIVAL));

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(fields(error)).containsExactly("options.ttl");
        assertThat(error.message()).contains("longer than 0 s");
    }

    @Test
    void aVeryLongTimeToLiveIsStillInTheFuture() {
        PushOptions options = PushOptions.newBuilder()
                .setTtl(Duration.newBuilder().setSeconds(315_576_000_000L))
                .build();

        Handling handling = valid(requests.room(room().setOptions(options).build(), ARRIVAL))
                .handling();

        assertThat(handling.hasExpired(1 + 3_600_000_000_000L)).isFalse();
    }

    @Test
    void judgesAConflationKeyAsAnId() {
        for (String key : List.of("a\nb", "x".repeat(257))) {
            PushOptions options = PushOptions.newBuilder().setConflationKey(key).build();

            assertThat(fields(invalid(requests.room(room().setOptions(options).build(), ARRIVAL))))
                    .containsExactly("options.conflation_key");
        }
    }

    @Test
    @Tag("bad-input-4")
    void takesUnknownEnumValuesForTheDefault() {
        PushOptions options =
                PushOptions.newBuilder().setAckValue(99).setPriorityValue(99).build();

        PushMessage message = valid(requests.room(room().setOptions(options).build(), ARRIVAL));

        assertThat(message.ack()).isEqualTo(AckLevel.ACCEPTED);
        assertThat(message.handling()).isSameAs(Handling.NORMAL);
    }

    @Test
    void dropsWhatIsNotATraceparent() {
        Arrival arrival = new Arrival(Api.PUSH_TO_ROOM, 0, "00-zz");

        assertThat(valid(requests.room(room().build(), arrival)).traceparent()).isNull();
    }

    @Test
    void readsTheCompactForm() {
        Proto proto = Proto.newBuilder()
                .setVer(1)
                .setOp(2)
                .setSeq(3)
                .setRoomid("r")
                .setUserid("u")
                .setBody(ByteString.copyFromUtf8("body"))
                .build();

        PushMessage message =
                valid(requests.compact(BroadCastReq.newBuilder().setProto(proto).build(), ARRIVAL));

        assertThat(message.target()).isEqualTo(Target.userInRoom("u", "r"));
        assertThat(message.content().type()).isEqualTo("RAW");
        assertThat(message.content().binary()).asString().isEqualTo("body");
        assertThat(message.content().metadata()).isEqualTo(Map.of("ver", "1", "op", "2", "seq", "3"));
    }

    @Test
    void sendsTheCompactFormToEveryoneWithoutATarget() {
        BroadCastReq request =
                BroadCastReq.newBuilder().setProto(Proto.getDefaultInstance()).build();

        assertThat(valid(requests.compact(request, ARRIVAL)).target().isEveryone())
                .isTrue();
    }

    @Test
    @Tag("bad-input-1")
    void refusesTheCompactFormWithoutItsProto() {
        assertThat(fields(invalid(requests.compact(BroadCastReq.getDefaultInstance(), ARRIVAL))))
                .containsExactly("proto");
    }

    private static PushToRoomRequest.Builder room() {
        return PushToRoomRequest.newBuilder().setRoomId("room").setContent(HELLO);
    }

    private static PushMessage valid(Checked checked) {
        assertThat(checked).isInstanceOf(Valid.class);
        return ((Valid) checked).message();
    }

    private static PushError invalid(Checked checked) {
        assertThat(checked).isInstanceOf(Invalid.class);
        return ((Invalid) checked).error();
    }

    private static List<String> fields(PushError error) {
        return error.violations().stream().map(PushError.FieldViolation::field).toList();
    }
}
