package io.pushmanager.fanout;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.ExplainConfig;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.fanout.FanOutLimits;
import java.time.Duration;

/**
 * Fan-out's settings.
 *
 * @param routing which nodes a push goes to
 * @param interestLease with {@link RoutingMode#INTEREST}, how long a node's table may be relied on without a new answer
 * @param routed used in that mode only
 * @param firstListGrace how long a node of the first list may take to get its client before pushes go on without it
 * @param drainTimeout how long a stop waits for nodes to answer
 * @param explain how much is remembered of the pushes that were sent
 */
public record FanoutConfig(
        FanOutLimits limits,
        RoutingMode routing,
        Duration interestLease,
        RoutedConfig routed,
        Duration firstListGrace,
        Duration drainTimeout,
        ExplainLimits explain) {

    private static final long ONCE_STORED_BYTES = 32L << 20;

    /** What the nodes are asked for: zero unless pushes are routed by interest. */
    public Duration leaseOfNodes() {
        return routing == RoutingMode.INTEREST ? interestLease : Duration.ZERO;
    }

    public static FanoutConfig read(ConfigReader in) {
        return new FanoutConfig(
                new FanOutLimits(
                        in.intInRange("fanout.credits-per-node", 1, 1_000_000, 2_000),
                        in.intInRange("fanout.max-open-pushes", 1, FanOutLimits.LARGEST_MAX_OPEN_PUSHES, 100_000),
                        in.intInRange("fanout.once.max-ids", 1, 10_000_000, 100_000),
                        in.duration("fanout.once.window", "1s", "60m", "2m").toNanos(),
                        ONCE_STORED_BYTES),
                in.oneOf("routing.mode", RoutingMode.class, RoutingMode.INTEREST),
                in.duration("routing.interest.lease", "200ms", "10s", "2s"),
                RoutedConfig.read(in),
                in.duration("fanout.first-list-grace", "0ms", "60s", "2s"),
                in.duration("fanout.drain-timeout", "0ms", "60s", "5s"),
                ExplainConfig.read(in));
    }
}
