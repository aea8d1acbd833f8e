package io.pushmanager.connect;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.connect.hub.FlushSettings;
import io.pushmanager.connect.hub.HubSettings;
import io.pushmanager.core.output.OutputRules;
import io.pushmanager.core.output.Overflow;
import java.time.Duration;
import java.util.List;

/**
 * The clients' side of a Connect-Node.
 *
 * @param httpPort 0: any free one, the same for all event loops
 * @param eventLoops one HTTP server and one room hub each
 * @param handshakeTimeout a TCP connection must finish its request within it
 * @param allowedOrigins pages that may connect beside the node's own; {@code *} means every page
 * @param socketOutput what may wait for one socket, and what happens when it is more
 * @param drainGrace what a client has to go by itself when the node leaves
 * @param drainPerSecond how many clients of a leaving node are to come back elsewhere in a second
 */
public record ConnectConfig(
        String listenHost,
        int httpPort,
        int eventLoops,
        Duration handshakeTimeout,
        List<String> allowedOrigins,
        OutputRules socketOutput,
        Duration drainGrace,
        int drainPerSecond,
        HubSettings hub) {

    private static final int MAX_CONNECTIONS = 10_000_000;

    public static ConnectConfig read(ConfigReader in) {
        HubSettings hub = new HubSettings(
                in.intInRange("node.commands-per-second", 1, 1_000_000, 50),
                in.intInRange("node.rooms-per-socket", 1, 1_000_000, 100),
                in.intInRange("node.sockets-per-user", 1, 1_000_000, 100),
                in.intInRange("node.max-connections", 1, MAX_CONNECTIONS, FileDescriptors.connectionsThatFit()),
                in.duration("node.ping-interval", "100ms", "1h", "25s"),
                in.duration("node.pong-timeout", "100ms", "10m", "10s"),
                in.intInRange("node.seen-pushes", 1, 100_000_000, 100_000),
                in.duration("node.seen-window", "1s", "1h", "2m"),
                in.duration("node.push.report-within", "10ms", "1m", "1s"),
                readFlush(in));
        return new ConnectConfig(
                in.string("listen.host", "127.0.0.1"),
                in.port("node.http.port", 8080),
                in.intInRange("node.event-loops", 1, 1024, Runtime.getRuntime().availableProcessors()),
                in.duration("node.handshake-timeout", "100ms", "10m", "10s"),
                in.strings("node.allowed-origins", List.of()),
                new OutputRules(
                        in.bytes("node.socket-output-bytes", "4KiB", "1GiB", "1MiB"),
                        in.duration("node.socket.max-age", "100ms", "1h", "30s").toNanos(),
                        in.oneOf("node.socket.overflow", Overflow.class, Overflow.DISCONNECT)),
                in.duration("drain.socket-grace", "0ms", "1h", "10s"),
                in.intInRange("node.drain.connections-per-second", 1, 1_000_000, 1_000),
                hub);
    }

    private static FlushSettings readFlush(ConfigReader in) {
        int idlePercent = in.intInRange("node.flush.idle-percent", 0, 99, 25);
        int busyPercent = in.intInRange("node.flush.busy-percent", 1, 100, 60);
        if (busyPercent <= idlePercent) {
            in.reject("node.flush.busy-percent", "more than node.flush.idle-percent, " + idlePercent);
        }
        return new FlushSettings(in.duration("node.flush.max-hold", "0ms", "1s", "10ms"), idlePercent, busyPercent);
    }

    /** Often enough that no time-out is late by more than a quarter of it. */
    Duration sweepInterval() {
        Duration shortest = Duration.ofSeconds(4);
        for (Duration timeout : List.of(handshakeTimeout, hub.pingInterval(), hub.pongTimeout())) {
            shortest = timeout.compareTo(shortest) < 0 ? timeout : shortest;
        }
        return Duration.ofMillis(Math.max(25, shortest.toMillis() / 4));
    }
}
