package io.pushmanager.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the layers of {@link ConfigSources}, remembers every error, every key that was asked for, and where its value came from.
 *
 * <p><b>Order:</b> read every record of every role, then {@link #finish()}: only then is it known which keys nobody knows.
 * <b>Thread:</b> one, at start.
 */
public final class LayeredConfigReader implements ConfigReader {

    /** A value as {@code config print} shows it. */
    public record Entry(String key, String value, String origin) {}

    private static final String UNSET = "";

    private final ConfigSources sources;
    private final List<ConfigError> errors;
    private final Map<String, Entry> known = new TreeMap<>();

    public LayeredConfigReader(ConfigSources sources) {
        this.sources = sources;
        this.errors = new ArrayList<>(sources.errors());
    }

    @Override
    public String string(String key, String fallback) {
        return scalar(key, fallback, "one text", Optional::of, fallback);
    }

    @Override
    public Optional<String> optionalString(String key) {
        return scalar(key, UNSET, "one text", text -> Optional.of(Optional.of(text)), Optional.empty());
    }

    @Override
    public List<String> strings(String key, List<String> fallback) {
        return find(key, String.join(",", fallback)).map(ConfigValue::parts).orElse(fallback);
    }

    @Override
    public boolean bool(String key, boolean fallback) {
        return scalar(
                key,
                Boolean.toString(fallback),
                "true or false",
                text -> switch (text) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                },
                fallback);
    }

    @Override
    public int intInRange(String key, int min, int max, int fallback) {
        return integer(key, "a whole number from " + min + " to " + max, min, max, fallback);
    }

    @Override
    public int port(String key, int fallback) {
        return integer(key, "a port from 0 to 65535, 0 for any free one", 0, 65_535, fallback);
    }

    @Override
    public long bytes(String key, String min, String max, String fallback) {
        long least = Quantity.bytes(min).orElseThrow();
        long most = Quantity.bytes(max).orElseThrow();
        return scalar(
                key,
                fallback,
                "a size from " + min + " to " + max + ", such as 512, 64KiB, 8MiB",
                text -> Quantity.bytes(text).filter(size -> size >= least && size <= most),
                Quantity.bytes(fallback).orElseThrow());
    }

    @Override
    public Duration duration(String key, String min, String max, String fallback) {
        Duration least = Quantity.duration(min).orElseThrow();
        Duration most = Quantity.duration(max).orElseThrow();
        return scalar(
                key,
                fallback,
                "a duration from " + min + " to " + max + ", such as 500ms, 5s, 2m, 1h",
                text -> Quantity.duration(text).filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0),
                Quantity.duration(fallback).orElseThrow());
    }

    @Override
    public <E extends Enum<E>> E oneOf(String key, Class<E> type, E fallback) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        return scalar(
                key,
                dashed(fallback),
                constants.stream().map(LayeredConfigReader::dashed).collect(Collectors.joining(", ")),
                text -> constants.stream()
                        .filter(constant -> dashed(constant).equals(text))
                        .findFirst(),
                fallback);
    }

    @Override
    public Optional<HostPort> optionalHostPort(String key) {
        return scalar(
                key,
                UNSET,
                "host:port with a port from 1 to 65535; an IPv6 host in brackets",
                text -> {
                    Optional<HostPort> address = HostPort.parse(text).filter(parsed -> parsed.port() > 0);
                    return address.isEmpty() ? Optional.empty() : Optional.of(address);
                },
                Optional.empty());
    }

    @Override
    public void reject(String key, String allowed) {
        errors.add(sources.find(key)
                .filter(value -> !value.isEmpty())
                .map(value -> wrong(key, value, allowed))
                .orElseGet(() -> new ConfigError("", key, "not set (allowed: " + allowed + ")")));
    }

    /** Every key that was read, by name, with its value (no secrets) and where it comes from. */
    public List<Entry> entries() {
        return List.copyOf(known.values());
    }

    /** Everything that is wrong, unknown keys and variables included. */
    public List<ConfigError> errors() {
        List<ConfigError> all = new ArrayList<>(errors);
        all.addAll(new UnknownKeys(sources, known.keySet()).find());
        return all.stream().distinct().toList(); // a key that two records read is wrong once
    }

    /** @throws ConfigException that names every error, when there is one */
    public void finish() {
        List<ConfigError> all = errors();
        if (!all.isEmpty()) {
            throw new ConfigException(all);
        }
    }

    private int integer(String key, String allowed, int min, int max, int fallback) {
        return scalar(
                key,
                Integer.toString(fallback),
                allowed,
                text -> text.matches("0|-?[1-9][0-9]{0,9}")
                        ? Optional.of(Long.parseLong(text))
                                .filter(number -> number >= min && number <= max)
                                .map(Long::intValue)
                        : Optional.empty(),
                fallback);
    }

    /** An empty {@code parse} result is an error, and the fallback stands in for the value. */
    private <T> T scalar(
            String key, String fallbackText, String allowed, Function<String, Optional<T>> parse, T fallback) {
        Optional<ConfigValue> found = find(key, fallbackText);
        if (found.isEmpty()) {
            return fallback;
        }
        ConfigValue value = found.get();
        Optional<T> parsed = value.isList() ? Optional.empty() : parse.apply(value.text());
        if (parsed.isEmpty()) {
            errors.add(wrong(key, value, value.isList() ? "not a list but " + allowed : allowed));
        }
        return parsed.orElse(fallback);
    }

    private Optional<ConfigValue> find(String key, String fallbackText) {
        Optional<ConfigValue> found = sources.find(key).filter(value -> !value.isEmpty());
        ConfigValue shown = found.orElseGet(() -> ConfigValue.scalar(fallbackText, ConfigValue.DEFAULT));
        known.put(key, new Entry(key, Secrets.redact(key, shown.text()), shown.origin()));
        return found;
    }

    private static ConfigError wrong(String key, ConfigValue value, String allowed) {
        return new ConfigError(value.origin(), key, value.shown(key) + " (allowed: " + allowed + ")");
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
