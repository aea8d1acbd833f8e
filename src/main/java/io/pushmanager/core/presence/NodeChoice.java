package io.pushmanager.core.presence;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Picks the node that a client is to connect to: of those that serve, the one with the smallest share of its connections
 * taken.
 *
 * <p>A node's load is as old as its last heartbeat. Clients that were sent to it since are counted too, so that a thousand
 * clients that ask at once do not all go to the node that happened to be the emptiest.
 *
 * <p><b>Bound:</b> one number a node. <b>Thread:</b> confined to one. <b>Time:</b> none.
 */
public final class NodeChoice {

    private record Sent(NodeLoad since, int clients) {}

    private final long healthyNanos;
    private final Map<String, Sent> sent = new HashMap<>();

    /** @param healthyNanos a node that has been silent for longer is not picked */
    public NodeChoice(long healthyNanos) {
        this.healthyNanos = healthyNanos;
    }

    public boolean isSilent(NodeStatus status) {
        return status.silentNanos() > healthyNanos;
    }

    public Optional<PresenceNode> pick(List<NodeStatus> nodes, Set<String> excludedNodeIds) {
        sent.keySet().removeIf(key -> nodes.stream()
                .noneMatch(status -> status.node().key().equals(key)));
        NodeStatus best = null;
        double bestLoad = 0;
        for (NodeStatus status : nodes) {
            if (!serves(status) || excludedNodeIds.contains(status.node().nodeId())) {
                continue;
            }
            double load = load(status);
            if (best == null || load < bestLoad) {
                best = status;
                bestLoad = load;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        sent.put(best.node().key(), new Sent(best.load(), sentTo(best) + 1));
        return Optional.of(best.node());
    }

    private boolean serves(NodeStatus status) {
        int max = status.load().maxConnections();
        return !status.node().draining()
                && !status.node().publicUrl().isEmpty()
                && !isSilent(status)
                && (max == 0 || status.load().connections() < max);
    }

    /** A node that does not say how many connections it can hold counts as one that can hold a typical number. */
    private double load(NodeStatus status) {
        int max = status.load().maxConnections() == 0 ? 10_000 : status.load().maxConnections();
        return (status.load().connections() + (double) sentTo(status)) / max;
    }

    private int sentTo(NodeStatus status) {
        Sent known = sent.get(status.node().key());
        return known == null || !known.since().equals(status.load()) ? 0 : known.clients();
    }
}
