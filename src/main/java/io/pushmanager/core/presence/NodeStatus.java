package io.pushmanager.core.presence;

/**
 * A node and how it is.
 *
 * @param users that are known to be at it
 * @param silentNanos since it was last heard
 */
public record NodeStatus(PresenceNode node, NodeLoad load, long users, long silentNanos) {}
