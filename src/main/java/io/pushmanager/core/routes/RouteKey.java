package io.pushmanager.core.routes;

import io.pushmanager.core.message.Target;
import org.jspecify.annotations.Nullable;

/** What the directory is asked for: a room or a user. */
public record RouteKey(boolean isRoom, String id) {

    /** Null for a push that goes to every node: to everyone, or to several users at once. */
    public static @Nullable RouteKey of(Target target) {
        if (!target.hasUsers()) {
            return target.roomId().isEmpty() ? null : new RouteKey(true, target.roomId());
        }
        // A user's connections in a room are where the user is.
        return target.userIds().size() == 1
                ? new RouteKey(false, target.userIds().get(0))
                : null;
    }

    @Override
    public String toString() {
        return isRoom ? "room" : "user"; // ids are logged only where they are escaped
    }
}
