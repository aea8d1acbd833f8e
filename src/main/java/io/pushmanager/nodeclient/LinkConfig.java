package io.pushmanager.nodeclient;

import io.pushmanager.config.ConfigReader;
import java.time.Duration;

/**
 * How a manager uses the stream {@code link.v1} to a node.
 *
 * @param enabled whether it is used with nodes that announce it; every push is a call of its own otherwise
 * @param batches sent and not yet consumed by the node, at most
 * @param batchPushes pushes in one batch at most
 * @param batchBytes of encoded pushes in one batch at most, unless it has only one
 * @param probeInterval between two heartbeats
 */
public record LinkConfig(boolean enabled, int batches, int batchPushes, int batchBytes, Duration probeInterval) {

    static LinkConfig read(ConfigReader in) {
        return new LinkConfig(
                in.bool("node-client.link.enabled", true),
                in.intInRange("node-client.link.batches", 1, 16, 2),
                in.intInRange("node-client.link.batch-pushes", 1, 8_192, 512),
                (int) in.bytes("node-client.link.batch-bytes", "1KiB", "1MiB", "256KiB"),
                in.duration("node-client.link.probe-interval", "50ms", "60s", "500ms"));
    }

    static LinkConfig defaults() {
        return new LinkConfig(true, 2, 512, 256 * 1024, Duration.ofMillis(500));
    }
}
