package io.pushmanager.connect.inbox;

import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * How a Connect-Node takes pushes over {@code link.v1}.
 *
 * @param enabled otherwise the node does not announce the capability, and answers UNIMPLEMENTED
 * @param windowPushes of one manager that no event loop may have behind it yet, at most
 * @param windowBytes of the same
 * @param keepSession how long a manager may be without a stream and then go on where it was
 */
public record LinkConfig(
        boolean enabled, int windowPushes, long windowBytes, Duration keepSession, InterestConfig interest) {

    public static LinkConfig read(ConfigReader in) {
        return new LinkConfig(
                in.bool("node.link.enabled", true),
                in.intInRange("node.link.window-pushes", 1, 1_000_000, 4_096),
                in.bytes("node.link.window-bytes", "64KiB", "256MiB", "4MiB"),
                in.duration("node.link.keep-session", "1s", "10m", "60s"),
                InterestConfig.read(in));
    }

    /** Whether managers are told which rooms and users the node has. */
    public boolean tellsInterest() {
        return enabled && interest.enabled();
    }
}
