package io.pushmanager.core.session;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may open a WebSocket here: those of the node's own host, and those on the list. What sends no
 * {@code Origin} is not a browser and is let in.
 */
public final class OriginPolicy {

    private static final String ANY = "*";

    private final Set<String> allowed = new TreeSet<>();

    /** @param allowedOrigins {@code scheme://host[:port]}; {@code *} lets every page in */
    public OriginPolicy(List<String> allowedOrigins) {
        for (String origin : allowedOrigins) {
            allowed.add(ANY.equals(origin) ? ANY : normalised(origin));
        }
    }

    /** @param host the request's {@code Host} header: the name by which the client reached the node */
    public boolean allows(@Nullable String origin, @Nullable String host) {
        if (origin == null || allowed.contains(ANY)) {
            return true;
        }
        String normal = normalised(origin);
        if (allowed.contains(normal)) {
            return true;
        }
        int authority = normal.indexOf("://");
        if (authority <= 0 || host == null) {
            return false; // "null" is what a sandboxed page or a file sends
        }
        String scheme = normal.substring(0, authority);
        return normal.equals(normalised(scheme + "://" + host));
    }

    private static String normalised(String origin) {
        String lower = origin.toLowerCase(Locale.ROOT);
        if (lower.endsWith("/")) {
            lower = lower.substring(0, lower.length() - 1);
        }
        if (lower.startsWith("http://") && lower.endsWith(":80")) {
            return lower.substring(0, lower.length() - ":80".length());
        }
        if (lower.startsWith("https://") && lower.endsWith(":443")) {
            return lower.substring(0, lower.length() - ":443".length());
        }
        return lower;
    }
}
