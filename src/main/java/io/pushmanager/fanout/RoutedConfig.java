package io.pushmanager.fanout;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.core.routes.RouteLimits;
import java.time.Duration;

/**
 * The settings of {@code routing.mode: routed}.
 *
 * @param lookupTimeout how long a Controller may take to answer
 */
public record RoutedConfig(RouteLimits limits, Duration lookupTimeout) {

    private static final String CACHE_TTL = "routing.routed.cache-ttl";
    private static final String MAX_ENTRIES = "routing.routed.max-entries";
    private static final int MAX_WAITING = 20_000;
    private static final long MAX_WAITING_BYTES = 64L << 20;

    /** Somebody who was away is found again this many times sooner than somebody who moved. */
    private static final int NOBODY_SHARE = 5;

    public static RoutedConfig read(ConfigReader in) {
        Duration visibility = in.duration("routing.routed.visibility", "100ms", "60s", "1s");
        Duration ttl = in.duration(CACHE_TTL, "0ms", "60s", "500ms");
        if (ttl.compareTo(visibility) >= 0) {
            in.reject(CACHE_TTL, "less than routing.routed.visibility: what is left is for the nodes' reports");
        }
        return new RoutedConfig(
                new RouteLimits(
                        ttl.toNanos(),
                        ttl.dividedBy(NOBODY_SHARE).toNanos(),
                        in.intInRange(MAX_ENTRIES, 1, 10_000_000, 100_000),
                        MAX_WAITING,
                        MAX_WAITING_BYTES),
                in.duration("routing.routed.lookup-timeout", "10ms", "30s", "1s"));
    }
}
