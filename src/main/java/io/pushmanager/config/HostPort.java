package io.pushmanager.config;

/** An address to reach: {@code host:port}. IPv6 hosts stand in brackets. */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
