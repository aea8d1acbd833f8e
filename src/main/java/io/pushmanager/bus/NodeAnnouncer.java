package io.pushmanager.bus;

import io.pushmanager.core.membership.NodeInfo;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/**
 * Tells anything on the event bus, in plain JSON, that a node came or went.
 *
 * <p><b>Thread:</b> any.
 */
public final class NodeAnnouncer {

    private final EventBus eventBus;
    private final String managerId;

    public NodeAnnouncer(Vertx vertx, String managerId) {
        this.eventBus = vertx.eventBus();
        this.managerId = managerId;
    }

    public void up(NodeInfo node) {
        eventBus.publish(Addresses.NODE_UP, describe(node));
    }

    public void down(NodeInfo node) {
        eventBus.publish(Addresses.NODE_DOWN, describe(node));
    }

    private JsonObject describe(NodeInfo node) {
        return new JsonObject()
                .put("node_id", node.nodeId())
                .put("address", node.address())
                .put("instance_id", node.instanceId())
                .put("manager_id", managerId)
                .put("revision", node.revision());
    }
}
