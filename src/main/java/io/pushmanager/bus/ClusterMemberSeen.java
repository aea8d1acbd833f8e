package io.pushmanager.bus;

/**
 * A member of the bus's cluster is in the registry, or no longer.
 *
 * @param instanceId of its process
 * @param address {@code host:port} of the engine
 */
public record ClusterMemberSeen(String instanceId, String address, boolean isUp) {}
