package io.pushmanager.core.membership;

import java.util.Set;

/**
 * A process as discovery describes it. Identity is {@code address} and {@code instanceId}.
 *
 * @param address {@code host:port} of its gRPC server, the last part of its key
 * @param instanceId fresh at each start of the process; empty when it does not say
 * @param draining the process has announced that it is leaving
 * @param capabilities such as {@code link.v1}
 * @param clusterAddress {@code host:port} of its member of the bus's cluster; empty when it has none
 * @param revision discovery's revision of this description; 0 where there is none
 */
public record NodeInfo(
        String nodeId,
        String address,
        String instanceId,
        boolean draining,
        String publicUrl,
        String version,
        Set<String> capabilities,
        String clusterAddress,
        long revision) {

    /** A process that is in no cluster. */
    public NodeInfo(
            String nodeId,
            String address,
            String instanceId,
            boolean draining,
            String publicUrl,
            String version,
            Set<String> capabilities,
            long revision) {
        this(nodeId, address, instanceId, draining, publicUrl, version, capabilities, "", revision);
    }

    public String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    public int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    public boolean isSameProcess(NodeInfo other) {
        return address.equals(other.address) && instanceId.equals(other.instanceId);
    }

    /** The same description at another revision. */
    public NodeInfo withRevision(long newRevision) {
        return newRevision == revision
                ? this
                : new NodeInfo(
                        nodeId,
                        address,
                        instanceId,
                        draining,
                        publicUrl,
                        version,
                        capabilities,
                        clusterAddress,
                        newRevision);
    }

    /** The same process once it has announced that it is leaving. */
    public NodeInfo asDraining() {
        return new NodeInfo(
                nodeId, address, instanceId, true, publicUrl, version, capabilities, clusterAddress, revision);
    }

    /** The same process as a member of the bus's cluster. */
    public NodeInfo inCluster(String newClusterAddress) {
        return new NodeInfo(
                nodeId, address, instanceId, draining, publicUrl, version, capabilities, newClusterAddress, revision);
    }
}
