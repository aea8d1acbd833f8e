package io.pushmanager.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address to reach: {@code host:port}. IPv6 hosts stand in brackets. */
public record HostPort(String host, int port) {

    private static final Pattern NOTATION = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");
    private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    /** Empty for anything but {@code host:port} with a port from 0 to 65535. Nothing is looked up. */
    public static Optional<HostPort> parse(String text) {
        Matcher matcher = NOTATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return port > 65_535 ? Optional.empty() : Optional.of(new HostPort(host, port));
    }

    public boolean isLoopback() {
        return isLoopback(host);
    }

    /** Whether a host, by its name alone, can only be reached from this machine. */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1")
                || IPV4_LOOPBACK.matcher(name).matches();
    }

    /** Whether a listen host stands for every address of the machine. */
    public static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("0:0:0:0:0:0:0:0");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
