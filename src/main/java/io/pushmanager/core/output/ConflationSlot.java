package io.pushmanager.core.output;

import io.pushmanager.core.message.Priority;
import io.pushmanager.core.message.Target;
import java.util.List;

/**
 * What two pushes have in common of which the newer replaces the older: target, priority, key. Exclusions do not count: a connection
 * for which both wait is left out by neither.
 */
final class ConflationSlot {

    private final String roomId;
    private final List<String> userIds;
    private final Priority priority;
    private final String key;
    private final int hash;

    ConflationSlot(Target target, Priority priority, String key) {
        this.roomId = target.roomId();
        this.userIds = target.userIds();
        this.priority = priority;
        this.key = key;
        this.hash =
                (target.orderKey() * 31 + priority.hashCode()) * 31 + key.hashCode(); // once: it may name many users
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConflationSlot that
                && hash == that.hash
                && priority == that.priority
                && key.equals(that.key)
                && roomId.equals(that.roomId)
                && userIds.equals(that.userIds);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
