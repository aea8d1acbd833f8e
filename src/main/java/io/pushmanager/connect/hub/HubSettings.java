package io.pushmanager.connect.hub;

import java.time.Duration;

/**
 * What a client may do, and how long it may be silent.
 *
 * @param commandsPerSecond one more within a second closes 1008
 * @param pingInterval silence after which the node sends a ping
 * @param pongTimeout silence after the ping that closes 4101
 * @param seenPushes how many pairs of message_id and target an event loop remembers
 * @param seenWindow how long it remembers them
 * @param reportWithin how long a push may wait for slow sockets before its caller is told that it is not known what they got
 */
public record HubSettings(
        int commandsPerSecond,
        int roomsPerSocket,
        int socketsPerUser,
        int maxConnections,
        Duration pingInterval,
        Duration pongTimeout,
        int seenPushes,
        Duration seenWindow,
        Duration reportWithin,
        FlushSettings flush) {}
