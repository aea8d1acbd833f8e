package io.pushmanager.cluster;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether and how a Push-Manager joins a clustered event bus.
 *
 * @param enabled without it nothing of the engine is loaded
 * @param settings of the member itself
 * @param members where others may be; empty: they are looked for in etcd
 */
public record ClusterConfig(boolean enabled, MemberSettings settings, List<HostPort> members) {

    private static final String HOST = "cluster.host";
    private static final String PUBLIC_HOST = "cluster.public-host";
    private static final String MEMBERS = "cluster.members";
    private static final String TLS = "cluster.tls.mode";
    private static final String CERTIFICATE = "cluster.tls.certificate";
    private static final String KEY = "cluster.tls.key";
    private static final String TRUST = "cluster.tls.trust";

    public static ClusterConfig read(ConfigReader in) {
        boolean enabled = in.bool("cluster.enabled", false);
        MemberSettings settings = new MemberSettings(
                in.string("cluster.name", MemberSettings.DEFAULT_NAME),
                host(in, HOST, in.string(HOST, MemberSettings.LOOPBACK)),
                in.port("cluster.port", MemberSettings.DEFAULT_PORT),
                in.port("cluster.bus-port", 0),
                in.optionalString(PUBLIC_HOST)
                        .map(text -> host(in, PUBLIC_HOST, text))
                        .orElse(""),
                in.duration("cluster.member-timeout", "2s", "60s", "8s"),
                tls(in));
        return new ClusterConfig(enabled, settings, members(in));
    }

    private static String host(ConfigReader in, String key, String text) {
        boolean isHost = HostPort.parse(text + ":0").isPresent() && !HostPort.isWildcard(text);
        if (!isHost) {
            in.reject(key, "a host name or an IPv4 address that other members reach, without a port");
        }
        return isHost ? text : MemberSettings.LOOPBACK;
    }

    private static List<HostPort> members(ConfigReader in) {
        List<HostPort> members = new ArrayList<>();
        for (String text : in.strings(MEMBERS, List.of())) {
            Optional<HostPort> member = HostPort.parse(text.strip()).filter(parsed -> parsed.port() != 0);
            member.ifPresent(members::add);
            if (member.isEmpty() && !text.isBlank()) {
                in.reject(MEMBERS, "host:port of other members, comma separated; not \"" + text.strip() + "\"");
            }
        }
        return List.copyOf(members);
    }

    private static Optional<MemberSettings.Tls> tls(ConfigReader in) {
        String mode = in.string(TLS, "none");
        String certificate = in.string(CERTIFICATE, "");
        String key = in.string(KEY, "");
        String trust = in.string(TRUST, "");
        boolean isBus = mode.equals("bus");
        if (!isBus && !mode.equals("none")) {
            // Better no start than a belief: the engine's own connections cannot be encrypted.
            in.reject(TLS, "none, or bus; the connections between members of the engine itself are never encrypted");
        }
        if (isBus) {
            requireFile(in, CERTIFICATE, certificate);
            requireFile(in, KEY, key);
            requireFile(in, TRUST, trust);
        }
        return isBus ? Optional.of(new MemberSettings.Tls(certificate, key, trust)) : Optional.empty();
    }

    private static void requireFile(ConfigReader in, String key, String file) {
        if (file.isEmpty()) {
            in.reject(key, "a PEM file, because " + TLS + " is bus");
        }
    }
}
