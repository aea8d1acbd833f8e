package io.pushmanager.publisher;

import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the manager's side of {@code push.v1.publish}.
 *
 * @param maxInFlight requests that have not been answered
 * @param maxInFlightBytes of these requests
 * @param defaultTimeout of a request that does not say how long it waits
 */
public record PublisherConfig(int maxInFlight, long maxInFlightBytes, Duration defaultTimeout) {

    public static PublisherConfig read(ConfigReader in) {
        return new PublisherConfig(
                in.intInRange("publisher.max-in-flight", 1, 1_000_000, 10_000),
                in.bytes("publisher.max-in-flight-bytes", "8MiB", "1024GiB", "64MiB"),
                in.duration("publisher.default-timeout", "10ms", "60s", "5s"));
    }
}
