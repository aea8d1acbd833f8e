package io.pushmanager.ingress;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * How pushes come in.
 *
 * @param port 0 takes any free one
 * @param maxInFlight pushes of this process that wait for their answer; more are answered RESOURCE_EXHAUSTED
 * @param maxInFlightBytes of these pushes, and of HTTP bodies that are still coming; more are answered likewise
 * @param streamWindow items of one PushStream that wait for their answer; then the stream is read no further
 * @param idleTimeout of a PushStream, and of a connection, on which nothing is under way
 * @param pushesPerSecond of one caller; 0: as many as come
 * @param burst of one caller that has been quiet
 */
public record IngressConfig(
        String managerId,
        String host,
        int port,
        int maxInFlight,
        long maxInFlightBytes,
        int streamWindow,
        Duration idleTimeout,
        int pushesPerSecond,
        int burst) {

    private static final int MOST_A_SECOND = 10_000_000;

    public static IngressConfig read(ConfigReader in) {
        int perSecond = in.intInRange("ingress.rate-limit.per-second", 0, MOST_A_SECOND, 0);
        return new IngressConfig(
                in.string(ConfigKeys.MANAGER_ID, "push-manager-1"),
                in.string(ConfigKeys.LISTEN_HOST, "127.0.0.1"),
                in.port(ConfigKeys.MANAGER_GRPC_PORT, 50053),
                in.intInRange("ingress.max-in-flight", 1, 1_000_000, 10_000),
                in.bytes("ingress.max-in-flight-bytes", "8MiB", "1024GiB", "64MiB"),
                in.intInRange("ingress.stream-window", 1, 100_000, 1_000),
                in.duration("ingress.idle-timeout", "100ms", "24h", "10m"),
                perSecond,
                in.intInRange("ingress.rate-limit.burst", 1, MOST_A_SECOND, Math.max(1, perSecond)));
    }
}
