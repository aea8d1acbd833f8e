package io.pushmanager.nodeclient;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Overflow;
import java.time.Duration;

/**
 * How a manager talks to each Connect-Node.
 *
 * @param workers calls under way to one node at most, each with its own lane
 * @param mailbox what one node's mailbox holds, on a link what waits, with calls those under way too; and what happens when it is full
 * @param callDeadline of one push to one node, from when it is its turn, retries included; on a link also how long it may wait for its turn
 * @param probeInterval between two health checks over a node's connection
 * @param probeTimeout after which an unanswered health check means that the connection is dead
 * @param connectTimeout for a connection to be made and its first health check to be answered
 * @param reconnectMin shortest wait before a lost connection is tried again
 * @param reconnectMax longest such wait
 * @param drainTimeout for what is in the mailbox of a node that leaves
 * @param link the stream to nodes that know it
 */
public record NodeClientConfig(
        int workers,
        MailboxLimits mailbox,
        Duration callDeadline,
        Duration probeInterval,
        Duration probeTimeout,
        Duration connectTimeout,
        Duration reconnectMin,
        Duration reconnectMax,
        Duration drainTimeout,
        LinkConfig link) {

    public static NodeClientConfig read(ConfigReader in) {
        Duration reconnectMin = in.duration("node-client.reconnect-min", "1ms", "60s", "50ms");
        Duration reconnectMax = in.duration("node-client.reconnect-max", "1ms", "60s", "2s");
        if (reconnectMax.compareTo(reconnectMin) < 0) {
            in.reject("node-client.reconnect-max", "at least node-client.reconnect-min");
            reconnectMax = reconnectMin;
        }
        return new NodeClientConfig(
                in.intInRange("workers", 1, 100, 10),
                readMailbox(in),
                in.duration("node-client.call-deadline", "50ms", "60s", "5s"),
                in.duration("node-client.probe-interval", "100ms", "60s", "2s"),
                in.duration("node-client.probe-timeout", "100ms", "60s", "5s"),
                in.duration("node-client.connect-timeout", "100ms", "60s", "3s"),
                reconnectMin,
                reconnectMax,
                in.duration("node-client.drain-timeout", "0ms", "60s", "5s"),
                LinkConfig.read(in));
    }

    private static MailboxLimits readMailbox(ConfigReader in) {
        return new MailboxLimits(
                in.intInRange("mailbox.max-messages", 1, 1_000_000, 1_000),
                in.bytes("mailbox.max-bytes", "512KiB", "1GiB", "8MiB"),
                in.oneOf("node-client.mailbox.overflow", Overflow.class, Overflow.REJECT_NEW),
                in.bytes("node-client.mailbox.max-waiting-bytes", "512KiB", "1GiB", "8MiB"),
                in.duration("node-client.mailbox.conflate-for", "0ms", "60s", "1s")
                        .toNanos());
    }

    /** The same for a manager that routes by its nodes' interest, or, with zero, does not. */
    public NodeClientConfig withInterestLease(Duration lease) {
        return new NodeClientConfig(
                workers,
                mailbox,
                callDeadline,
                probeInterval,
                probeTimeout,
                connectTimeout,
                reconnectMin,
                reconnectMax,
                drainTimeout,
                link.withInterestLease(lease));
    }

    /** What a process without configuration uses. */
    public static NodeClientConfig defaults() {
        return new NodeClientConfig(
                10,
                new MailboxLimits(1_000, 8 << 20, Overflow.REJECT_NEW, 8 << 20, 1_000_000_000),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                LinkConfig.defaults());
    }
}
