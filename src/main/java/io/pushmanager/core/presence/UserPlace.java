package io.pushmanager.core.presence;

/** A user at a node. */
public record UserPlace(String userId, PresenceNode node, UserState state) {}
