package io.pushmanager.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads typed values out of the merged configuration and collects every error, so that all are told at once.
 *
 * <p>Each accessor returns a usable value even when the configured one is wrong: the error is remembered, and
 * whoever built the reader fails the start after every record has been read. Reading a key makes it known; a
 * configured key that no record reads is an error too.
 *
 * <p><b>Thread:</b> one, at start. <b>Source:</b> command line, environment, file, default, in this order.
 */
public interface ConfigReader {

    String string(String key, String fallback);

    /** Absent when unset or empty. */
    Optional<String> optionalString(String key);

    /** Comma separated in the environment and on the command line, a list in the file. */
    List<String> strings(String key, List<String> fallback);

    boolean bool(String key, boolean fallback);

    int intInRange(String key, int min, int max, int fallback);

    /** A port number, 0 to 65535; 0 means any free port. */
    int port(String key, int fallback);

    /** {@code "8MiB"}, {@code "64KiB"}, {@code "512"}; bounds and fallback in the same notation. */
    long bytes(String key, String min, String max, String fallback);

    /** {@code "50ms"}, {@code "5s"}, {@code "2m"}; bounds and fallback in the same notation. */
    Duration duration(String key, String min, String max, String fallback);

    /** Written in the configuration in lower case with dashes. */
    <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback);

    Optional<HostPort> optionalHostPort(String key);

    /** Remembers an error that concerns a key's value for a reason that no single accessor can see. */
    void reject(String key, String allowed);
}
