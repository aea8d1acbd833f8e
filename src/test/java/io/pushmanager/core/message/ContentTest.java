package io.pushmanager.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {

    private static final byte[] NO_BYTES = {};

    @Test
    void textIsStampedByTheManagerThatTakesIt() {
        assertThat(Content.text("hello")).isEqualTo(new Content("TEXT", "hello", 0, Map.of(), NO_BYTES));
    }

    @Test
    void sizeIsThatOfTextAsUtf8() {
        assertThat(new Content("T", "né€🚀", 0, Map.of(), NO_BYTES).sizeBytes()).isEqualTo(1 + 1 + 2 + 3 + 4);
    }

    @Test
    void timestampHasNoSize() {
        assertThat(Content.text("x", Long.MAX_VALUE).sizeBytes())
                .isEqualTo(Content.text("x", 0).sizeBytes());
    }

    /** What is put in is counted while it is put in, the other way round from {@code sizeBytes}. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sizeCountsEveryPartAndNothingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int expected = 0;
            Map<String, String> metadata = new LinkedHashMap<>();
            for (int entry = random.nextInt(5); entry > 0; entry--) {
                String key = entry + text(random);
                String value = text(random);
                metadata.put(key, value);
                expected += bytes(key) + bytes(value);
            }
            String type = text(random);
            String data = text(random);
            byte[] binary = new byte[random.nextInt(100)];
            expected += bytes(type) + bytes(data) + binary.length;

            assertThat(new Content(type, data, i, metadata, binary).sizeBytes())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    @Test
    void isEmptyWithoutTypeDataAndBytesWhateverItsMetadata() {
        assertThat(new Content("", "", 1, Map.of("a", "b"), NO_BYTES).isEmpty()).isTrue();
    }

    @Test
    void anyOfTypeDataAndBytesMakesItNotEmpty() {
        assertThat(new Content("t", "", 0, Map.of(), NO_BYTES).isEmpty()).isFalse();
        assertThat(new Content("", "d", 0, Map.of(), NO_BYTES).isEmpty()).isFalse();
        assertThat(new Content("", "", 0, Map.of(), new byte[1]).isEmpty()).isFalse();
    }

    @Test
    void equalBytesInAnotherArrayAreEqual() {
        Content one = new Content("t", "d", 1, Map.of("a", "b"), new byte[] {1, 2});
        Content other = new Content("t", "d", 1, Map.of("a", "b"), new byte[] {1, 2});

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    }

    static List<Content> othersThanOne() {
        return List.of(
                new Content("T", "d", 1, Map.of("a", "b"), new byte[] {1}),
                new Content("t", "D", 1, Map.of("a", "b"), new byte[] {1}),
                new Content("t", "d", 2, Map.of("a", "b"), new byte[] {1}),
                new Content("t", "d", 1, Map.of("a", "B"), new byte[] {1}),
                new Content("t", "d", 1, Map.of("a", "b"), new byte[] {2}));
    }

    @ParameterizedTest
    @MethodSource("othersThanOne")
    void everyPartTellsItFromOthers(Content other) {
        Content one = new Content("t", "d", 1, Map.of("a", "b"), new byte[] {1});

        assertThat(one).isNotEqualTo(other).doesNotHaveSameHashCodeAs(other).isNotEqualTo("t");
    }

    @Test
    void saysItsTypeAndSizeAndNeverItsPayload() {
        Content content = new Content("CHAT", "secret", 0, Map.of("token", "hidden"), new byte[10]);

        assertThat(content.toString())
                .contains("CHAT", "31")
                .doesNotContain("secret")
                .doesNotContain("token")
                .doesNotContain("hidden");
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, 4)
                .mapToObj(List.of("a", "é", "€", "🚀")::get)
                .reduce("", String::concat);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
