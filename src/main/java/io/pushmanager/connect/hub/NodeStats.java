package io.pushmanager.connect.hub;

/** Connections, and rooms and users that have any, each counted once however many event loops hold it. */
public record NodeStats(String nodeId, String nodeAddress, int connections, int rooms, int users) {}
