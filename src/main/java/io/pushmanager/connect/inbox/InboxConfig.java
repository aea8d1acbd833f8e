package io.pushmanager.connect.inbox;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ConfigReader;

/**
 * Where a Connect-Node takes pushes.
 *
 * @param port 0 takes any free one
 * @param maxUsersPerBatch users that one push may name
 */
public record InboxConfig(String host, int port, int maxUsersPerBatch, LinkConfig link) {

    public static InboxConfig read(ConfigReader in) {
        return new InboxConfig(
                in.string(ConfigKeys.LISTEN_HOST, "127.0.0.1"),
                in.port(ConfigKeys.NODE_GRPC_PORT, 50052),
                in.intInRange("node.users-per-push", 1, 1_000_000, 10_000),
                LinkConfig.read(in));
    }
}
