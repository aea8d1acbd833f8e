package io.pushmanager.connect.inbox;

import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * What a Connect-Node tells managers of its rooms and users.
 *
 * @param enabled otherwise it does not know the feature, and managers send it every push
 * @param maxEntries rooms and users together; with more it counts as interested in every user
 * @param maxLease the longest that a manager may ask to rely on what it was told: a join waits that long if the manager falls silent
 */
public record InterestConfig(boolean enabled, int maxEntries, Duration maxLease) {

    public static InterestConfig read(ConfigReader in) {
        return new InterestConfig(
                in.bool("node.link.interest", true),
                in.intInRange("interest.max-entries", 1, 500_000_000, 5_000_000),
                in.duration("interest.max-lease", "100ms", "60s", "10s"));
    }
}
