package io.pushmanager.controller;

import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.text.Printable;
import io.pushmanager.core.time.Clocks;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the users of a node offline that has been silent: for the node time-out, or, once it is gone from the registry,
 * for as long as a node that serves is never silent.
 *
 * <p>A node that has lost its registration but still sends heartbeats keeps its users: they are there. And nobody is
 * judged by silence that the store's own absence may have made.
 *
 * <p><b>Bound:</b> one entry for each node that left the registry, forgotten with it. <b>Thread:</b> the Controller's event
 * loop. <b>Time:</b> {@link #sweep} is called a few times per heartbeat.
 */
final class NodeWatchdog {

    private static final Logger log = LoggerFactory.getLogger(NodeWatchdog.class);

    private final ControllerConfig config;
    private final PresenceStore store;
    private final ReportStreams streams;
    private final ControllerMeters meters;
    private final Clocks clocks;
    private final Set<String> unregistered = new HashSet<>();
    private boolean storeWasAway = true;
    private boolean sweeping;
    private long judgeFromNanos;

    NodeWatchdog(
            ControllerConfig config,
            PresenceStore store,
            ReportStreams streams,
            ControllerMeters meters,
            Clocks clocks) {
        this.config = config;
        this.store = store;
        this.streams = streams;
        this.meters = meters;
        this.clocks = clocks;
    }

    void registry(MembershipEvent event) {
        if (event instanceof NodeUp up) {
            unregistered.remove(keyOf(up.node()));
        } else if (event instanceof NodeChanged changed) {
            unregistered.remove(keyOf(changed.node()));
        } else if (event instanceof NodeDown down) {
            unregistered.add(keyOf(down.node()));
        }
    }

    private static String keyOf(NodeInfo node) {
        return new PresenceNode(node.nodeId(), node.instanceId(), "", "", "", List.of(), false).key();
    }

    void sweep() {
        if (sweeping) {
            return; // a store that is slow is asked once at a time
        }
        sweeping = true;
        store.nodes()
                .compose(nodes -> store.totals().compose(totals -> {
                    meters.counted(totals, nodes.size());
                    return judge(nodes);
                }))
                .onComplete(done -> {
                    sweeping = false;
                    storeWasAway = done.failed();
                });
    }

    private Future<Void> judge(List<NodeStatus> nodes) {
        long now = clocks.nanoTime();
        if (storeWasAway) {
            judgeFromNanos = now + config.nodeTimeout().toNanos();
        }
        unregistered.removeIf(
                key -> nodes.stream().noneMatch(status -> status.node().key().equals(key)));
        if (now - judgeFromNanos < 0) {
            return Future.succeededFuture();
        }
        Future<Void> chain = Future.succeededFuture();
        for (NodeStatus status : nodes) {
            PresenceNode node = status.node();
            boolean gone = unregistered.contains(node.key());
            Duration patience = gone ? config.healthyTime() : config.nodeTimeout();
            if (status.silentNanos() >= patience.toNanos()) {
                String reason = gone ? "unregistered" : "silent";
                chain = chain.compose(before -> remove(node, patience, reason));
            }
        }
        return chain;
    }

    private Future<Void> remove(PresenceNode node, Duration patience, String reason) {
        streams.drop(node.key());
        return store.remove(node.key(), patience)
                .onSuccess(change -> {
                    meters.changed(change, reason);
                    unregistered.remove(node.key());
                    log.info(
                            "node {} is {}: {} users are offline",
                            Printable.escape(node.nodeId()),
                            reason,
                            change.offline());
                })
                .mapEmpty();
    }
}
