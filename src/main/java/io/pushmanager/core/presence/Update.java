package io.pushmanager.core.presence;

import java.util.List;

/**
 * What a node tells at once.
 *
 * @param epoch of the node's stream: only the newest that has begun a snapshot is listened to
 * @param snapshotBegins whoever is not told of until the snapshot ends is not there
 */
public record Update(long epoch, boolean snapshotBegins, boolean snapshotEnds, List<UserReport> users) {
    public Update {
        users = List.copyOf(users);
    }
}
