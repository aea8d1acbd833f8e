package io.pushmanager.core.routes;

import io.pushmanager.core.membership.NodeInfo;

/**
 * A Connect-Node as the directory names it.
 *
 * @param address empty for a node that was only named by those who told of its users
 * @param instanceId empty for a node that does not say
 */
public record NodeRef(String nodeId, String address, String instanceId) {

    /** Tells this process from every other. */
    public String key() {
        return instanceId.isEmpty() ? "n:" + nodeId : "i:" + instanceId;
    }

    static NodeRef of(NodeInfo node) {
        return new NodeRef(node.nodeId(), node.address(), node.instanceId());
    }
}
