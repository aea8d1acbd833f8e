package io.pushmanager.nodeclient;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.NodeClientEvent;
import io.pushmanager.bus.NodeViews;
import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What should run for one address, what does run, and the one step at a time from the second to the first.
 *
 * <p>While a step is under way only the wish changes; when it ends the slot looks again. However fast a node goes up and
 * down, at most one client is deployed, and the last wish wins. <b>Thread:</b> the supervisor's event loop.
 */
final class NodeSlot {

    private static final Logger log = LoggerFactory.getLogger(NodeSlot.class);
    private static final long REDEPLOY_MILLIS = 1_000;

    /** What a slot needs of its supervisor. */
    interface Owner {
        Vertx vertx();

        Context context();

        Bus bus();

        NodeMeters meters();

        NodeClientVerticle client(String clientId, NodeInfo node, NodeStats stats);

        String nextClientId(NodeInfo node);

        /** Nothing runs here and nothing should. */
        void emptied(NodeSlot slot);
    }

    private final Owner owner;
    private final String address;
    private final Duration drainTimeout;

    private @Nullable NodeInfo wanted;
    private boolean suspect;
    private Duration leaveTimeout;
    private String leaveReason = "";

    private @Nullable Running running;
    private boolean busy;

    NodeSlot(Owner owner, String address, Duration drainTimeout) {
        this.owner = owner;
        this.address = address;
        this.drainTimeout = drainTimeout;
        this.leaveTimeout = drainTimeout;
    }

    String address() {
        return address;
    }

    boolean wants(NodeInfo node) {
        return wanted != null && wanted.isSameProcess(node);
    }

    void want(NodeInfo node) {
        wanted = node;
        suspect = false;
        step();
    }

    void changed(NodeInfo node, boolean nowSuspect) {
        if (wants(node)) {
            wanted = node;
            suspect = nowSuspect;
            step();
        }
    }

    void leave(Duration timeout, String reason) {
        wanted = null;
        leaveTimeout = timeout;
        leaveReason = reason;
        if (running != null && running.closing) {
            running.verticle.drain(timeout, reason); // a shorter time counts
        }
        step();
    }

    NodeViews.@Nullable View view() {
        NodeInfo node = running != null ? running.node : wanted;
        if (node == null) {
            return null;
        }
        NodeInfo shown = wants(node) && wanted != null ? wanted : node;
        NodeStats stats = running != null ? running.stats : new NodeStats();
        return new NodeViews.View(shown, suspect, stats.isConnected(), stats.mailboxDepth(), stats.inFlight());
    }

    /** The client that runs here, if that is the one; null otherwise. */
    @Nullable
    NodeClientVerticle client(String clientId) {
        Running now = running;
        return now != null && now.clientId.equals(clientId) ? now.verticle : null;
    }

    private void step() {
        if (busy) {
            return;
        }
        NodeInfo node = wanted;
        Running now = running;
        if (now == null) {
            if (node == null) {
                owner.emptied(this);
            } else {
                deploy(node);
            }
        } else if (node == null || !node.isSameProcess(now.node)) {
            close(
                    now,
                    node == null ? leaveTimeout : drainTimeout,
                    node == null ? leaveReason : "another process took its address");
        } else if (!now.opened) {
            open(now); // a draining node too: it delivers to its clients until they have gone
        }
    }

    private void deploy(NodeInfo node) {
        busy = true;
        String clientId = owner.nextClientId(node);
        NodeStats stats = new NodeStats();
        Running next = new Running(clientId, node, owner.client(clientId, node, stats), stats);
        owner.vertx().deployVerticle(next.verticle).onComplete(deployed -> {
            busy = false;
            if (deployed.succeeded()) {
                next.deploymentId = deployed.result();
                running = next;
                owner.meters().add(node.nodeId(), stats);
                step();
            } else if (wanted == null) {
                step(); // it left, or this manager stops, before its client was there
            } else {
                log.error("node {}: its client could not be deployed", Reasons.clean(node.nodeId()), deployed.cause());
                retryLater();
            }
        });
    }

    private void open(Running now) {
        now.opened = true;
        owner.bus()
                .publish(
                        Addresses.NODE_CLIENTS,
                        new NodeClientEvent.Opened(now.clientId, now.verticle.desk(), now.node));
    }

    private void retryLater() {
        busy = true;
        owner.vertx().setTimer(REDEPLOY_MILLIS, due -> {
            busy = false;
            step();
        });
    }

    private void close(Running now, Duration timeout, String reason) {
        busy = true;
        now.closing = true;
        if (now.opened) {
            owner.bus().publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Closing(now.clientId));
        }
        now.verticle.drain(timeout, reason).onComplete(drained -> owner.context()
                .runOnContext(back -> owner.vertx()
                        .undeploy(now.deploymentId)
                        .onComplete(
                                undeployed -> closed(now, reason)))); // a failed undeploy: it was undeployed already
    }

    private void closed(Running now, String reason) {
        running = null;
        busy = false;
        owner.meters().remove(now.node.nodeId(), now.stats);
        if (now.opened) {
            owner.bus()
                    .publish(Addresses.NODE_CLIENTS, new NodeClientEvent.Closed(now.clientId, Reasons.clean(reason)));
        }
        step();
    }

    private static final class Running {
        final String clientId;
        final NodeInfo node;
        final NodeClientVerticle verticle;
        final NodeStats stats;
        String deploymentId = "";
        boolean opened;
        boolean closing;

        Running(String clientId, NodeInfo node, NodeClientVerticle verticle, NodeStats stats) {
            this.clientId = clientId;
            this.node = node;
            this.verticle = verticle;
            this.stats = stats;
        }
    }
}
