package io.pushmanager.discovery;

import io.pushmanager.config.ConfigReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How processes find one another.
 *
 * @param endpoints of etcd; empty: everything is in this JVM
 * @param user empty: etcd asks for none
 * @param callTimeout of one question to etcd; a frozen etcd is noticed after it
 * @param resyncInterval between full lists, the safety net behind the watch
 * @param leaseTtl how long a registration outlives its process
 * @param suspectTimeout how long a node whose key went is served while its connection lives
 */
public record DiscoveryConfig(
        List<Endpoint> endpoints,
        String user,
        String password,
        Duration callTimeout,
        Duration resyncInterval,
        Duration leaseTtl,
        Duration suspectTimeout) {

    /** One etcd member. */
    public record Endpoint(String host, int port, boolean tls) {
        @Override
        public String toString() {
            return (tls ? "https://" : "") + host + ":" + port;
        }
    }

    private static final String ENDPOINTS = "discovery.etcd.endpoints";
    private static final String USER = "discovery.etcd.user";
    private static final String PASSWORD = "discovery.etcd.password";

    public static DiscoveryConfig read(ConfigReader in) {
        String user = in.string(USER, "");
        String password = in.string(PASSWORD, "");
        if (user.isEmpty() != password.isEmpty()) {
            in.reject(user.isEmpty() ? USER : PASSWORD, "both a user and a password, or neither");
        }
        return new DiscoveryConfig(
                endpoints(in),
                user,
                password,
                in.duration("discovery.etcd.timeout", "100ms", "30s", "3s"),
                in.duration("discovery.resync-interval", "100ms", "10m", "3s"),
                in.duration("discovery.lease-ttl", "1s", "10m", "10s"),
                in.duration("discovery.suspect-timeout", "0s", "1h", "60s"));
    }

    /** Whether there is an etcd at all. */
    public boolean usesEtcd() {
        return !endpoints.isEmpty();
    }

    /** Whether every etcd is on this machine: then loopback addresses are worth advertising. */
    public boolean isEtcdOnThisMachine() {
        return endpoints.stream().map(Endpoint::host).allMatch(DiscoveryConfig::isLoopback);
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "etcd " + endpoints + (user.isEmpty() ? "" : " as " + user);
    }

    private static List<Endpoint> endpoints(ConfigReader in) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String text : in.strings(ENDPOINTS, List.of())) {
            if (!text.isBlank() && !add(text.strip(), endpoints)) {
                in.reject(ENDPOINTS, "host:port or http(s)://host:port, comma separated; not \"" + text.strip() + "\"");
            }
        }
        return List.copyOf(endpoints);
    }

    private static boolean add(String text, List<Endpoint> endpoints) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            boolean tls = "https".equals(uri.getScheme());
            boolean plain = "http".equals(uri.getScheme());
            boolean onlyHostAndPort =
                    (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && uri.getRawUserInfo() == null;
            String host = uri.getHost();
            if (host == null || !(tls || plain) || !onlyHostAndPort || uri.getPort() < 1 || uri.getPort() > 65_535) {
                return false;
            }
            endpoints.add(new Endpoint(host, uri.getPort(), tls));
            return true;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }
}
