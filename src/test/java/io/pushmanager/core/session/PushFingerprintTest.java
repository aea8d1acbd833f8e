package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PushFingerprintTest {

    @Test
    void timestampDoesNotCount() {
        assertThat(PushFingerprint.of(Content.text("a", 1))).isEqualTo(PushFingerprint.of(Content.text("a", 2)));
    }

    @Test
    void orderOfMetadataDoesNotCount() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("a", "1");
        one.put("b", "2");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("b", "2");
        other.put("a", "1");
        assertThat(PushFingerprint.of(content("t", "d", one))).isEqualTo(PushFingerprint.of(content("t", "d", other)));
    }

    @Test
    void everythingElseCounts() {
        List<Content> contents = List.of(
                content("t", "d", Map.of()),
                content("td", "", Map.of()),
                content("", "td", Map.of()),
                content("t", "e", Map.of()),
                content("t", "d", Map.of("a", "b")),
                content("t", "d", Map.of("b", "a")),
                content("t", "d", Map.of("ab", "")),
                new Content("t", "d", 0, Map.of(), new byte[] {0}),
                new Content("t", "d", 0, Map.of(), new byte[] {0, 0}));
        Set<Long> hashes = new HashSet<>();
        contents.forEach(content -> hashes.add(PushFingerprint.of(content)));
        assertThat(hashes).hasSameSizeAs(contents);
    }

    @Test
    void targetsDifferByRoomUsersAndExclusions() {
        List<Target> targets = List.of(
                Target.everyone(),
                Target.room("a"),
                Target.room("b"),
                Target.user("a"),
                Target.userInRoom("a", "b"),
                Target.userInRoom("b", "a"),
                Target.room("a", Set.of("b")),
                new Target("", List.of("a", "b"), Set.of()));
        Set<Long> hashes = new HashSet<>();
        targets.forEach(target -> hashes.add(PushFingerprint.of(target)));
        assertThat(hashes).hasSameSizeAs(targets);
        assertThat(PushFingerprint.of(new Target("", List.of("b", "a"), Set.of())))
                .isEqualTo(PushFingerprint.of(new Target("", List.of("a", "b"), Set.of())));
    }

    /** However alike they are: a shared fingerprint would lose a push without a word. */
    @ParameterizedTest
    @EnumSource
    void manyThatDifferInOnePartDifferInTheirFingerprints(Part part) {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            hashes.add(part.fingerprint.apply(i));
        }

        assertThat(hashes).hasSize(50_000);
    }

    /** Then a fingerprint may be cut or combined without two of them meeting. */
    @Test
    void oneChangedCharacterChangesAboutHalfOfTheBits() {
        Random random = new Random(11);
        long changed = 0;
        int least = 64;
        for (int i = 0; i < 2_000; i++) {
            char[] data = new char[1 + random.nextInt(20)];
            for (int at = 0; at < data.length; at++) {
                data[at] = (char) ('a' + random.nextInt(26));
            }
            long before = PushFingerprint.of(Content.text(new String(data), 0));
            data[random.nextInt(data.length)] = '!';
            int bits = Long.bitCount(before ^ PushFingerprint.of(Content.text(new String(data), 0)));
            changed += bits;
            least = Math.min(least, bits);
        }

        assertThat(changed / 2_000.0).isBetween(31.0, 33.0);
        assertThat(least).isGreaterThan(10);
    }

    /** What can differ, each as many different values. */
    private enum Part {
        TYPE(i -> PushFingerprint.of(content("t" + i, "d", Map.of()))),
        DATA(i -> PushFingerprint.of(content("t", "d" + i, Map.of()))),
        METADATA_VALUE(i -> PushFingerprint.of(content("t", "d", Map.of("k", "" + i)))),
        METADATA_PAIRS(i -> PushFingerprint.of(content("t", "d", Map.of("a" + i % 250, "1", "b" + i / 250, "2")))),
        BINARY(i -> PushFingerprint.of(
                new Content("t", "d", 0, Map.of(), new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)}))),
        ROOM(i -> PushFingerprint.of(Target.room("room-" + i))),
        USER(i -> PushFingerprint.of(Target.user("user-" + i))),
        USERS(i -> PushFingerprint.of(new Target("", List.of("a" + i % 250, "b" + i / 250), Set.of()))),
        EXCLUDED(i -> PushFingerprint.of(Target.room("r", Set.of("a" + i % 250, "b" + i / 250))));

        final IntFunction<Long> fingerprint;

        Part(IntFunction<Long> fingerprint) {
            this.fingerprint = fingerprint;
        }
    }

    private static Content content(String type, String data, Map<String, String> metadata) {
        return new Content(type, data, 0, metadata, new byte[0]);
    }
}
