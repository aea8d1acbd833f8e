package io.pushmanager.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.PushRequest;
import io.pushmanager.wire.json.PushJson.Malformed;
import io.pushmanager.wire.json.PushJson.Parsed;
import io.pushmanager.wire.json.PushJson.Push;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushJsonTest {

    @Test
    void readsEveryField() {
        PushRequest push = push("""
                {"room_id":"r","exclude_user_ids":["a","b"],
                 "content":{"type":"TEXT","data":"hi","timestamp":12,"metadata":{"k":"v"},"binary":"_-8="},
                 "options":{"message_id":"m","ack":"DELIVERED","priority":"HIGH","ttl":"1.5s","conflation_key":"c"}}
                """);

        assertThat(push.getRoom().getRoomId()).isEqualTo("r");
        assertThat(push.getRoom().getExcludeUserIdsList()).containsExactly("a", "b");
        assertThat(push.getRoom().getContent().getData()).isEqualTo("hi");
        assertThat(push.getRoom().getContent().getTimestamp()).isEqualTo(12);
        assertThat(push.getRoom().getContent().getMetadataMap()).containsEntry("k", "v");
        assertThat(push.getRoom().getContent().getBinary().toByteArray())
                .isEqualTo(new byte[] {(byte) 0xFF, (byte) 0xEF});
        assertThat(push.getRoom().getOptions().getMessageId()).isEqualTo("m");
        assertThat(push.getRoom().getOptions().getAck()).isEqualTo(Ack.ACK_DELIVERED);
        assertThat(push.getRoom().getOptions().getTtl().getNanos()).isEqualTo(500_000_000);
    }

    @Test
    void readsAUserAndEveryone() {
        assertThat(push("{\"userId\":\"u\",\"content\":{\"data\":\"x\"}}")
                        .getUser()
                        .getUserId())
                .isEqualTo("u");
        assertThat(push("{\"broadcast\":true,\"room_id\":null,\"content\":{\"data\":\"x\"}}")
                        .hasBroadcast())
                .isTrue();
    }

    @Test
    @Tag("bad-input-4")
    void ignoresUnknownFieldsAndEnumValues() {
        PushRequest push = push("{\"room_id\":\"r\",\"new\":{\"a\":[1,{\"b\":2}]},\"options\":{\"ack\":\"LATER\"}}");

        assertThat(push.getRoom().getRoomId()).isEqualTo("r");
        assertThat(push.getRoom().getOptions().getAck()).isEqualTo(Ack.UNRECOGNIZED);
    }

    @ParameterizedTest
    @Tag("bad-input-12")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"room_id\":7}                              | room_id",
                "{\"broadcast\":\"yes\"}                      | broadcast",
                "{\"content\":[]}                             | content",
                "{\"content\":{\"timestamp\":1.5}}            | content.timestamp",
                "{\"content\":{\"timestamp\":99999999999999999999}} | content.timestamp",
                "{\"content\":{\"binary\":\"!\"}}             | content.binary",
                "{\"content\":{\"metadata\":{\"k\":1}}}       | content.metadata.k",
                "{\"exclude_user_ids\":[\"a\",2]}             | exclude_user_ids[1]",
                "{\"options\":{\"ttl\":5}}                    | options.ttl",
                "{\"content\":{\"data\":\"\\ud800\"}}         | content.data",
            })
    void namesTheFieldAndThePlaceOfAWrongType(String document, String field) {
        PushError error = malformed(document);

        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(error.violations().get(0).field()).isEqualTo(field);
        assertThat(error.message()).contains("line 1, column ");
    }

    @ParameterizedTest
    @Tag("bad-input-12")
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[]",
                "null",
                "7",
                "{\"room_id\":\"r\"",
                "{\"room_id\":\"r\"}{}",
                "{\"room_id\":\"r\",}",
                "{'room_id':'r'}",
                "\u0000",
                "{\"content\":"
            })
    void tellsThePlaceOfMalformedJson(String document) {
        assertThat(malformed(document).message()).contains("line 1, column ");
    }

    @Test
    @Tag("bad-input-12")
    void refusesANameUsedTwice() {
        assertThat(malformed("{\"room_id\":\"a\",\"room_id\":\"b\"}").message()).contains("room_id");
        assertThat(malformed("{\"content\":{\"metadata\":{\"k\":\"1\",\"k\":\"2\"}}}")
                        .message())
                .contains("k");
    }

    @Test
    @Tag("bad-input-12")
    void refusesDeepNesting() {
        PushError error = malformed("{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");

        assertThat(error.message()).contains("nested").contains("line 1").doesNotContain("StreamReadConstraints");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"broadcast\":false}",
                "{\"room_id\":\"r\",\"user_id\":\"u\"}",
                "{\"room_id\":\"r\",\"broadcast\":true}",
                "{\"user_id\":\"u\",\"exclude_user_ids\":[\"a\"]}"
            })
    void refusesAnythingButOneTarget(String document) {
        assertThat(malformed(document).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static PushRequest push(String document) {
        Parsed parsed = PushJson.parse(document.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Push.class);
        return ((Push) parsed).request();
    }

    private static PushError malformed(String document) {
        Parsed parsed = PushJson.parse(document.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(Malformed.class);
        return ((Malformed) parsed).error();
    }
}
