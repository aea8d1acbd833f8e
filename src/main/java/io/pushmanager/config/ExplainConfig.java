package io.pushmanager.config;

import io.pushmanager.core.explain.ExplainLimits;

/** How much is kept so that a push can be explained; the same keys at a Push-Manager and a Connect-Node. */
public final class ExplainConfig {

    private ExplainConfig() {}

    public static ExplainLimits read(ConfigReader in) {
        return new ExplainLimits(
                in.bool("explain.enabled", true),
                in.intInRange("explain.max-pushes", 4, 1_000_000, 10_000),
                in.bytes("explain.max-bytes", "64KiB", "1GiB", "8MiB"),
                in.duration("explain.slow", "1ms", "60s", "100ms").toNanos());
    }
}
