package io.pushmanager.discovery;

import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Just enough of a reader for this package's record. */
final class MapReader implements ConfigReader {

    final List<String> rejected = new ArrayList<>();
    private final Map<String, String> values;

    MapReader(Map<String, String> values) {
        this.values = values;
    }

    @Override
    public String string(String key, String fallback) {
        return values.getOrDefault(key, fallback);
    }

    @Override
    public Optional<String> optionalString(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public List<String> strings(String key, List<String> fallback) {
        return values.containsKey(key) ? List.of(values.get(key).split(",")) : fallback;
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public int intInRange(String key, int min, int max, int fallback) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public int port(String key, int fallback) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public long bytes(String key, String min, String max, String fallback) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public Duration duration(String key, String min, String max, String fallback) {
        return Duration.parse("PT" + values.getOrDefault(key, fallback).replace("ms", "E-3s"));
    }

    @Override
    public <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public Optional<HostPort> optionalHostPort(String key) {
        throw new UnsupportedOperationException(key);
    }

    @Override
    public void reject(String key, String allowed) {
        rejected.add(key + ": " + allowed);
    }
}
