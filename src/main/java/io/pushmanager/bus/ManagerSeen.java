package io.pushmanager.bus;

/**
 * A Push-Manager has called this Connect-Node.
 *
 * @param instanceId of the manager's process, as it names itself in the call's metadata
 */
public record ManagerSeen(String instanceId) {}
