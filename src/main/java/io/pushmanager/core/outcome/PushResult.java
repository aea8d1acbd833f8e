package io.pushmanager.core.outcome;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a push that was taken.
 *
 * <p>{@code nodesTargeted() = nodesAccepted + nodesFailed}.
 *
 * @param delivery null for {@code ack = ACCEPTED}; otherwise the total of the nodes that reported
 * @param nodes one report per node that was targeted
 * @param membershipStale the manager's view of the nodes may be out of date
 * @param dryRun nothing was sent: of the counts only {@code matched} says something
 */
public record PushResult(
        String messageId,
        int nodesAccepted,
        int nodesFailed,
        @Nullable DeliveryCounts delivery,
        List<NodeReport> nodes,
        boolean membershipStale,
        boolean dryRun)
        implements PushAnswer {

    /** Of a push that was sent. */
    public PushResult(
            String messageId,
            int nodesAccepted,
            int nodesFailed,
            @Nullable DeliveryCounts delivery,
            List<NodeReport> nodes,
            boolean membershipStale) {
        this(messageId, nodesAccepted, nodesFailed, delivery, nodes, membershipStale, false);
    }

    public int nodesTargeted() {
        return nodesAccepted + nodesFailed;
    }
}
