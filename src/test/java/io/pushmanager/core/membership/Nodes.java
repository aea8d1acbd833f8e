package io.pushmanager.core.membership;

import java.util.Set;

/** Nodes for tests. */
final class Nodes {

    static final String A = "10.0.0.1:50052";
    static final String B = "10.0.0.2:50052";

    static NodeInfo node(String address, String instanceId, long revision) {
        return new NodeInfo("node-" + address, address, instanceId, false, "ws://x/ws", "1", Set.of(), revision);
    }

    static NodeInfo named(String nodeId, String address, String instanceId, long revision) {
        return new NodeInfo(nodeId, address, instanceId, false, "ws://x/ws", "1", Set.of(), revision);
    }

    private Nodes() {}
}
