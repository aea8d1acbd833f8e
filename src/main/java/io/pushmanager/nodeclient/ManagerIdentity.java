package io.pushmanager.nodeclient;

/**
 * How a manager names itself to the nodes.
 *
 * @param id {@code manager.id}, for people
 * @param instanceId tells this process from every other, an earlier one of the same id included
 */
public record ManagerIdentity(String id, String instanceId) {}
