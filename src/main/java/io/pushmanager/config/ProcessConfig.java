package io.pushmanager.config;

import static io.pushmanager.config.ConfigKeys.ADVERTISE_ADDRESS;
import static io.pushmanager.config.ConfigKeys.AUTH_MODE;
import static io.pushmanager.config.ConfigKeys.ETCD_ENDPOINTS;
import static io.pushmanager.config.ConfigKeys.LISTEN_HOST;

import io.pushmanager.core.message.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What concerns a whole process rather than one of its parts.
 *
 * <p>Addresses depend on the ports that were taken, which are known only after binding: hence methods that take a port.
 *
 * @param listenHost every port is bound to it; an IPv6 address without brackets
 * @param advertiseHost what others reach this machine by
 * @param advertiseAddress as configured; port 0 stands for the port that was taken
 * @param nodeIdIfSet see {@link #nodeId}
 * @param publicUrlIfSet see {@link #publicUrl}
 * @param controllerAddress where to find a Controller without etcd
 * @param metricsPort 0 means any free port
 * @param shutdownTimeout the longest that a drain may take
 * @param drainSocketGrace how long a socket that was told to go may stay
 */
public record ProcessConfig(
        Set<Role> roles,
        String listenHost,
        AuthMode authMode,
        String advertiseHost,
        Optional<HostPort> advertiseAddress,
        String managerId,
        Optional<String> nodeIdIfSet,
        String controllerId,
        HostPort controllerAddress,
        Optional<String> publicUrlIfSet,
        int metricsPort,
        Duration shutdownTimeout,
        Duration drainSocketGrace,
        LogFormat logFormat,
        LogLevel logLevel,
        TransportKind transport) {

    /** Where a Controller is looked for when nobody says. */
    public static final HostPort DEFAULT_CONTROLLER_ADDRESS = new HostPort("localhost", 50_051);

    private static final String DEFAULT_HOST = "127.0.0.1";

    public static ProcessConfig read(ConfigReader in, Set<Role> roles) {
        String listenHost = readListenHost(in);
        AuthMode authMode = readAuthMode(in, listenHost);
        Optional<HostPort> advertised = readAdvertiseAddress(in);
        String advertiseHost = advertised
                .map(HostPort::host)
                .orElseGet(() -> HostPort.isWildcard(listenHost) ? machineName() : listenHost);
        rejectUnreachable(in, advertiseHost, advertised.isPresent());
        Optional<String> nodeId = in.optionalString(ConfigKeys.NODE_ID);
        nodeId.ifPresent(id -> checkId(in, ConfigKeys.NODE_ID, id));
        return new ProcessConfig(
                Set.copyOf(roles),
                listenHost,
                authMode,
                advertiseHost,
                advertised,
                readId(in, ConfigKeys.MANAGER_ID, "push-manager-1"),
                nodeId,
                readId(in, ConfigKeys.CONTROLLER_ID, "controller-1"),
                readControllerAddress(in),
                readPublicUrl(in),
                in.port(ConfigKeys.METRICS_PORT, defaultMetricsPort(roles)),
                in.duration(ConfigKeys.SHUTDOWN_TIMEOUT, "1s", "1h", "30s"),
                in.duration(ConfigKeys.DRAIN_SOCKET_GRACE, "0ms", "1h", "10s"),
                in.oneOf(ConfigKeys.LOG_FORMAT, LogFormat.class, LogFormat.AUTO),
                in.oneOf(ConfigKeys.LOG_LEVEL, LogLevel.class, LogLevel.INFO),
                in.oneOf(ConfigKeys.TRANSPORT, TransportKind.class, TransportKind.AUTO));
    }

    /**
     * What a role of this process tells others to reach it by, once its gRPC port is bound. A configured address is the
     * Connect-Node's where one runs, otherwise that of the only role; the other roles share its host.
     */
    public HostPort advertised(Role role, int boundGrpcPort) {
        Role owner = roles.contains(Role.CONNECT_NODE) || roles.size() != 1
                ? Role.CONNECT_NODE
                : roles.iterator().next();
        int port = advertiseAddress.map(HostPort::port).orElse(0);
        return new HostPort(advertiseHost, role == owner && port != 0 ? port : boundGrpcPort);
    }

    public String nodeId(int boundGrpcPort) {
        return nodeIdIfSet.orElseGet(() -> "connect-node-" + advertised(Role.CONNECT_NODE, boundGrpcPort));
    }

    /** What clients are told to connect to. */
    public String publicUrl(int boundHttpPort) {
        return publicUrlIfSet.orElseGet(() -> "ws://" + new HostPort(advertiseHost, boundHttpPort) + "/ws");
    }

    private static String readListenHost(ConfigReader in) {
        String text = in.string(LISTEN_HOST, DEFAULT_HOST);
        // Parsed with a port of our own: the same notation, and "127.0.0.1:8080" is not a host.
        Optional<HostPort> parsed =
                HostPort.parse((text.contains("::") && !text.startsWith("[") ? "[" + text + "]" : text) + ":0");
        if (parsed.isEmpty()) {
            in.reject(LISTEN_HOST, "a host name or an IP address, without a port");
        }
        return parsed.map(HostPort::host).orElse(DEFAULT_HOST);
    }

    private static AuthMode readAuthMode(ConfigReader in, String listenHost) {
        boolean isWritten = in.optionalString(AUTH_MODE).isPresent();
        if (!isWritten && !HostPort.isLoopback(listenHost)) {
            in.reject(AUTH_MODE, "none, which must be written out where listen.host is not a loopback address");
        }
        return in.oneOf(AUTH_MODE, AuthMode.class, AuthMode.NONE);
    }

    private static Optional<HostPort> readAdvertiseAddress(ConfigReader in) {
        Optional<String> text = in.optionalString(ADVERTISE_ADDRESS);
        Optional<HostPort> address =
                text.flatMap(HostPort::parse).filter(parsed -> !HostPort.isWildcard(parsed.host()));
        if (text.isPresent() && address.isEmpty()) {
            in.reject(ADVERTISE_ADDRESS, "host:port that others can reach, port 0 for the one that was taken");
        }
        return address;
    }

    private static void rejectUnreachable(ConfigReader in, String advertiseHost, boolean isWritten) {
        List<String> elsewhere = in.strings(ETCD_ENDPOINTS, List.of()).stream()
                .filter(endpoint -> !isLoopbackEndpoint(endpoint))
                .toList();
        if (!elsewhere.isEmpty() && HostPort.isLoopback(advertiseHost)) {
            String why = "an address that other machines reach, because " + ETCD_ENDPOINTS + " has " + elsewhere.get(0);
            in.reject(
                    ADVERTISE_ADDRESS,
                    isWritten ? why : why + "; the default is " + advertiseHost + ", from " + LISTEN_HOST);
        }
    }

    private static boolean isLoopbackEndpoint(String endpoint) {
        String address = endpoint.replaceFirst("^https?://", "").replaceFirst("/+$", "");
        return HostPort.parse(address).map(HostPort::isLoopback).orElse(true); // a wrong one is told by who reads it
    }

    private static HostPort readControllerAddress(ConfigReader in) {
        // Read as text so that the default is shown where values are listed.
        String text = in.string(ConfigKeys.CONTROLLER_ADDRESS, DEFAULT_CONTROLLER_ADDRESS.toString());
        Optional<HostPort> address = HostPort.parse(text).filter(parsed -> parsed.port() > 0);
        if (address.isEmpty()) {
            in.reject(ConfigKeys.CONTROLLER_ADDRESS, "host:port with a port from 1 to 65535");
        }
        return address.orElse(new HostPort("localhost", 50_051));
    }

    private static Optional<String> readPublicUrl(ConfigReader in) {
        Optional<String> url = in.optionalString(ConfigKeys.NODE_PUBLIC_URL);
        if (url.isPresent() && !url.get().matches("wss?://[^\\s/?#]+(/[^\\s?#]*)?")) {
            in.reject(ConfigKeys.NODE_PUBLIC_URL, "ws://host:port/path or wss://host:port/path");
        }
        return url;
    }

    private static String readId(ConfigReader in, String key, String fallback) {
        String id = in.string(key, fallback);
        checkId(in, key, id);
        return id;
    }

    private static void checkId(ConfigReader in, String key, String id) {
        int size = id.getBytes(StandardCharsets.UTF_8).length;
        if (size > Limits.MAX_ID_BYTES || id.chars().anyMatch(Character::isISOControl)) {
            in.reject(key, "1 to " + Limits.MAX_ID_BYTES + " bytes of UTF-8 without control characters");
        }
    }

    private static int defaultMetricsPort(Set<Role> roles) {
        return roles.contains(Role.PUSH_MANAGER) ? 9093 : roles.contains(Role.CONNECT_NODE) ? 9091 : 9090;
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // The name has no address here, but it is still what the machine is called.
            return Optional.ofNullable(System.getenv("HOSTNAME"))
                    .filter(name -> !name.isBlank())
                    .orElse("localhost");
        }
    }
}
