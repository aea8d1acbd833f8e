package io.pushmanager.controller;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * Where the Controller-Manager serves, and how long it waits for nodes.
 *
 * @param port 0 takes any free one
 * @param id its name in answers
 * @param heartbeatInterval what nodes are asked to keep
 * @param nodeTimeout silence after which a node's users are offline
 * @param roomMemberLimit different users that {@code JoinRoom} lets into a room; 0: any number
 * @param redis used by the store of that name only
 */
public record ControllerConfig(
        String host,
        int port,
        String id,
        Duration heartbeatInterval,
        Duration nodeTimeout,
        int roomMemberLimit,
        StoreKind store,
        RedisConfig redis) {

    private static final String NODE_TIMEOUT = "controller.node-timeout";

    public static ControllerConfig read(ConfigReader in) {
        Duration interval = in.duration("controller.heartbeat-interval", "100ms", "1m", "2s");
        Duration timeout = in.duration(NODE_TIMEOUT, "300ms", "10m", "10s");
        if (timeout.compareTo(interval.multipliedBy(3)) < 0) {
            in.reject(NODE_TIMEOUT, "at least three times controller.heartbeat-interval");
        }
        return new ControllerConfig(
                in.string(ConfigKeys.LISTEN_HOST, "127.0.0.1"),
                in.port(ConfigKeys.CONTROLLER_GRPC_PORT, 50051),
                in.string(ConfigKeys.CONTROLLER_ID, "controller-1"),
                interval,
                timeout,
                in.intInRange("controller.room-member-limit", 0, Integer.MAX_VALUE, 0),
                in.oneOf("controller.store", StoreKind.class, StoreKind.MEMORY),
                RedisConfig.read(in));
    }

    /** A node that has been silent for longer is given to no client. */
    Duration healthyTime() {
        return heartbeatInterval.multipliedBy(2).plus(heartbeatInterval.dividedBy(2));
    }
}
