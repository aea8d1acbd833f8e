package io.pushmanager.bench;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import java.util.Set;

/** The push that the benchmarks handle: 128 bytes of text for a room. */
final class Pushes {

    static final String DATA = "x".repeat(128);

    private Pushes() {}

    static PushMessage toRoom(int room) {
        return PushMessage.of(
                "01JD0000000000000000000000",
                false,
                Api.PUSH_STREAM,
                Target.room("room-" + room, Set.of()),
                Content.text(DATA, 1),
                AckLevel.ACCEPTED,
                Long.MAX_VALUE / 2,
                null);
    }
}
