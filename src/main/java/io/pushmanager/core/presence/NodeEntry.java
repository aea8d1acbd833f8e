package io.pushmanager.core.presence;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link PresenceTable} keeps of a node. */
final class NodeEntry {

    PresenceNode node;
    NodeLoad load;
    long heardNanos;
    long epoch;
    /** The node has told everything on its present stream. */
    boolean told;

    final Map<String, UserState> users = new HashMap<>();

    /** While a snapshot is under way: who has not been told of yet. */
    @Nullable
    Set<String> untold;

    NodeEntry(PresenceNode node, NodeLoad load) {
        this.node = node;
        this.load = load;
    }
}
