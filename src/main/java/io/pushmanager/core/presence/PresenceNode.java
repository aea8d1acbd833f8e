package io.pushmanager.core.presence;

import java.util.List;

/**
 * A Connect-Node as presence knows it.
 *
 * @param instanceId fresh at each start; empty for a node that does not say
 * @param address empty for a node that was only named by those who told of its users
 * @param publicUrl what clients connect to; empty: it is not given to clients
 */
public record PresenceNode(
        String nodeId,
        String instanceId,
        String address,
        String publicUrl,
        String version,
        List<String> capabilities,
        boolean draining) {

    public PresenceNode {
        capabilities = List.copyOf(capabilities);
    }

    /** One that was only named. */
    public static PresenceNode named(String nodeId) {
        return new PresenceNode(nodeId, "", "", "", "", List.of(), false);
    }

    /** Tells this process from every other. */
    public String key() {
        return instanceId.isEmpty() ? "n:" + nodeId : "i:" + instanceId;
    }

    public PresenceNode withDraining(boolean isDraining) {
        return isDraining == draining
                ? this
                : new PresenceNode(nodeId, instanceId, address, publicUrl, version, capabilities, isDraining);
    }
}
