package io.pushmanager.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

    private static Content content(String type, String data, Map<String, String> metadata) {
        return new Content(type, data, 0, metadata, new byte[0]);
    }
}
