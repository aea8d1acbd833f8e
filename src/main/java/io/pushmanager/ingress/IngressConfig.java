package io.pushmanager.ingress;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ConfigReader;

/**
 * How pushes come in.
 *
 * @param port 0 takes any free one
 * @param maxInFlight pushes of this process that wait for their answer; more are answered RESOURCE_EXHAUSTED
 * @param streamWindow items of one PushStream that wait for their answer; then the stream is read no further
 */
public record IngressConfig(String managerId, String host, int port, int maxInFlight, int streamWindow) {

    public static IngressConfig read(ConfigReader in) {
        return new IngressConfig(
                in.string(ConfigKeys.MANAGER_ID, "push-manager-1"),
                in.string(ConfigKeys.LISTEN_HOST, "127.0.0.1"),
                in.port(ConfigKeys.MANAGER_GRPC_PORT, 50053),
                in.intInRange("ingress.max-in-flight", 1, 1_000_000, 10_000),
                in.intInRange("ingress.stream-window", 1, 100_000, 1_000));
    }
}
