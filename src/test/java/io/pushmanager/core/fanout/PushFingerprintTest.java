package io.pushmanager.core.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PushFingerprintTest {

    private static final byte[] NONE = {};

    @Test
    void doesNotDependOnTimestampAckApiOrDeadline() {
        PushMessage one = PushMessage.of(
                "a", true, Api.HTTP, Target.room("r"), Content.text("x", 1), AckLevel.ACCEPTED, 10, null);
        PushMessage other = PushMessage.of(
                "a", true, Api.EVENT_BUS, Target.room("r"), Content.text("x", 2), AckLevel.DELIVERED, 20, "t");

        assertThat(PushFingerprint.of(one)).isEqualTo(PushFingerprint.of(other));
    }

    @Test
    void doesNotDependOnTheOrderOfMetadataOrExclusions() {
        Map<String, String> forwards = new TreeMap<>(Map.of("a", "1", "b", "2"));
        Map<String, String> backwards = new LinkedHashMap<>();
        backwards.put("b", "2");
        backwards.put("a", "1");

        assertThat(of(
                        new Content("T", "d", 0, forwards, NONE),
                        new Target("r", List.of(), new LinkedHashSet<>(List.of("u", "v")))))
                .isEqualTo(of(
                        new Content("T", "d", 0, backwards, NONE),
                        new Target("r", List.of(), new LinkedHashSet<>(List.of("v", "u")))));
    }

    @Test
    void differsWithEveryPartOfContentAndTarget() {
        Content base = new Content("T", "d", 0, Map.of("k", "v"), new byte[] {1});
        Target room = Target.room("r");

        assertThat(List.of(
                        of(base, room),
                        of(new Content("U", "d", 0, Map.of("k", "v"), new byte[] {1}), room),
                        of(new Content("T", "e", 0, Map.of("k", "v"), new byte[] {1}), room),
                        of(new Content("Td", "", 0, Map.of("k", "v"), new byte[] {1}), room),
                        of(new Content("T", "d", 0, Map.of("k", "w"), new byte[] {1}), room),
                        of(new Content("T", "d", 0, Map.of("v", "k"), new byte[] {1}), room),
                        of(new Content("T", "d", 0, Map.of(), new byte[] {1}), room),
                        of(new Content("T", "d", 0, Map.of("k", "v"), new byte[] {2}), room),
                        of(new Content("T", "d", 0, Map.of("k", "v"), NONE), room),
                        of(base, Target.room("s")),
                        of(base, Target.user("r")),
                        of(base, Target.userInRoom("r", "r")),
                        of(base, Target.everyone()),
                        of(base, Target.room("r", Set.of("u"))),
                        of(base, new Target("", List.of("r", "s"), Set.of())),
                        of(base, new Target("", List.of("rs"), Set.of()))))
                .doesNotHaveDuplicates();
    }

    private static long of(Content content, Target target) {
        return PushFingerprint.of(PushMessage.of("id", true, Api.HTTP, target, content, AckLevel.ACCEPTED, 0, null));
    }
}
