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
 * @param hold of what waits while the event loop is busy with sending
 * @param lowDelay for how long pushes of LOW priority that are under way may hold up what comes after them
 * @param interestLease how long a node's table of rooms and users may be relied on without a new answer; zero: pushes are not
 *     routed by it, and no node is asked for one
 */
public record LinkConfig(
        boolean enabled,
        int batches,
        int batchPushes,
        int batchBytes,
        Duration probeInterval,
        Hold hold,
        Duration lowDelay,
        Duration interestLease) {

    LinkConfig withInterestLease(Duration lease) {
        return new LinkConfig(enabled, batches, batchPushes, batchBytes, probeInterval, hold, lowDelay, lease);
    }

    /**
     * How long an event loop may hold what waits for its links so that several pushes share a batch.
     *
     * @param max since the end of the last sending; zero: never
     * @param idlePercent of the loop's time; while writing each push by itself would take less, nothing is held
     * @param busyPercent above {@code idlePercent}; when writing each push by itself would take more, it is held for {@code max}
     */
    public record Hold(Duration max, int idlePercent, int busyPercent) {

        static Hold read(ConfigReader in) {
            int idlePercent = in.intInRange("node-client.link.idle-percent", 0, 99, 8);
            int busyPercent = in.intInRange("node-client.link.busy-percent", 1, 100, 24);
            if (busyPercent <= idlePercent) {
                in.reject("node-client.link.busy-percent", "more than node-client.link.idle-percent, " + idlePercent);
            }
            return new Hold(in.duration("node-client.link.max-hold", "0ms", "100ms", "2ms"), idlePercent, busyPercent);
        }

        static Hold defaults() {
            return new Hold(Duration.ofMillis(2), 8, 24);
        }
    }

    static LinkConfig read(ConfigReader in) {
        return new LinkConfig(
                in.bool("node-client.link.enabled", true),
                in.intInRange("node-client.link.batches", 1, 16, 2),
                in.intInRange("node-client.link.batch-pushes", 1, 8_192, 512),
                (int) in.bytes("node-client.link.batch-bytes", "1KiB", "1MiB", "256KiB"),
                in.duration("node-client.link.probe-interval", "50ms", "60s", "1s"),
                Hold.read(in),
                in.duration("node-client.link.low-delay", "1ms", "10s", "1ms"),
                Duration.ZERO);
    }

    static LinkConfig defaults() {
        return new LinkConfig(
                true, 2, 512, 256 * 1024, Duration.ofSeconds(1), Hold.defaults(), Duration.ofMillis(1), Duration.ZERO);
    }
}
