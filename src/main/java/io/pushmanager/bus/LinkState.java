package io.pushmanager.bus;

/**
 * Whether the connection to a node lives.
 *
 * @param address the node's {@code host:port}
 * @param instanceId the process meant
 */
public record LinkState(String address, String instanceId, boolean connected) {}
