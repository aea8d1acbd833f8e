package io.pushmanager.cluster;

import java.time.Duration;
import java.util.Optional;

/**
 * One member of the clustered event bus, as seen by itself.
 *
 * @param name of the cluster; members with another one are left alone
 * @param host that both ports are bound to; a name or an IPv4 address
 * @param port of the engine; 0 takes any free one
 * @param busPort of the event bus itself; 0 takes any free one
 * @param publicHost what others reach this member by, where it is not {@code host}; empty: it is
 * @param silence after which a member that stands still is given up; the same at every member
 * @param tls of the event bus; empty: plain
 */
public record MemberSettings(
        String name, String host, int port, int busPort, String publicHost, Duration silence, Optional<Tls> tls) {

    /** Where nobody says which. */
    public static final String DEFAULT_NAME = "push-manager";

    /** The engine's own. */
    public static final int DEFAULT_PORT = 5701;

    /** Longer than pauses for garbage collection, shorter than what senders may wait. */
    public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(8);

    /** Nobody but this machine. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * PEM files of the event bus's connections. Both ends show a certificate.
     *
     * @param trust who may sign the certificate of another member
     */
    public record Tls(String certificate, String key, String trust) {}

    /** On the loopback address, at any free ports. */
    public static MemberSettings local() {
        return new MemberSettings(DEFAULT_NAME, LOOPBACK, 0, 0, "", DEFAULT_SILENCE, Optional.empty());
    }

    public MemberSettings withName(String newName) {
        return new MemberSettings(newName, host, port, busPort, publicHost, silence, tls);
    }

    public MemberSettings withHost(String newHost) {
        return new MemberSettings(name, newHost, port, busPort, publicHost, silence, tls);
    }

    public MemberSettings withPort(int newPort) {
        return new MemberSettings(name, host, newPort, busPort, publicHost, silence, tls);
    }

    public MemberSettings withBusPort(int newBusPort) {
        return new MemberSettings(name, host, port, newBusPort, publicHost, silence, tls);
    }

    public MemberSettings withPublicHost(String newPublicHost) {
        return new MemberSettings(name, host, port, busPort, newPublicHost, silence, tls);
    }

    public MemberSettings withSilence(Duration newSilence) {
        return new MemberSettings(name, host, port, busPort, publicHost, newSilence, tls);
    }

    public MemberSettings withTls(Tls newTls) {
        return new MemberSettings(name, host, port, busPort, publicHost, silence, Optional.of(newTls));
    }

    /** What other members are told. */
    String reachedBy() {
        return publicHost.isEmpty() ? host : publicHost;
    }
}
