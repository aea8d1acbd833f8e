package io.pushmanager.nodeclient;

import io.micrometer.core.instrument.Meter;
import io.pushmanager.telemetry.Meters;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/**
 * The gauges of all nodes. Clients that share a node id share its gauges.
 *
 * <p>A node's gauges go with it. Its counters stay, so that what was dropped when it went can still be read, until
 * {@value #DEPARTED_NODES} other nodes have gone after it. <b>Thread:</b> the supervisor's event loop; the gauges are read from any.
 */
final class NodeMeters {

    private static final int DEPARTED_NODES = 100;

    private final Meters meters;
    private final Map<String, Gauges> byNode = new HashMap<>();
    private final Set<String> departed = new LinkedHashSet<>();
    /** Read by the gauge from any thread. */
    private final List<NodeStats> all = new CopyOnWriteArrayList<>();

    private final Meter connections;

    NodeMeters(Meters meters) {
        this.meters = meters;
        this.connections = meters.gauge("push_manager_node_connections", all, live -> live.stream()
                .filter(NodeStats::isConnected)
                .count());
    }

    void add(String nodeId, NodeStats stats) {
        all.add(stats);
        departed.remove(nodeId);
        byNode.computeIfAbsent(nodeId, absent -> new Gauges(meters, nodeId))
                .clients
                .add(stats);
    }

    void remove(String nodeId, NodeStats stats) {
        all.remove(stats);
        Gauges gauges = byNode.get(nodeId);
        if (gauges == null) {
            return;
        }
        gauges.clients.remove(stats);
        if (gauges.clients.isEmpty()) {
            byNode.remove(nodeId);
            gauges.unregister(meters);
            departed.add(nodeId);
        }
        if (departed.size() > DEPARTED_NODES) {
            Iterator<String> oldest = departed.iterator();
            meters.removeCountersOf(oldest.next());
            oldest.remove();
        }
    }

    void close() {
        meters.remove(connections);
    }

    private static final class Gauges {
        final List<NodeStats> clients = new CopyOnWriteArrayList<>();
        private final Meter depth;
        private final Meter inFlight;
        private final Meter waitingForRoom;

        Gauges(Meters meters, String nodeId) {
            depth = meters.gauge(
                    "push_manager_mailbox_depth", clients, live -> sum(live, NodeStats::mailboxDepth), "node", nodeId);
            inFlight = meters.gauge(
                    "push_manager_inflight", clients, live -> sum(live, NodeStats::inFlight), "node", nodeId);
            waitingForRoom = meters.gauge(
                    "push_manager_mailbox_waiting_for_room",
                    clients,
                    live -> sum(live, NodeStats::waitingForRoom),
                    "node",
                    nodeId);
        }

        void unregister(Meters meters) {
            meters.remove(depth);
            meters.remove(inFlight);
            meters.remove(waitingForRoom);
        }

        private static int sum(List<NodeStats> clients, ToIntFunction<NodeStats> value) {
            return clients.stream().mapToInt(value).sum();
        }
    }
}
