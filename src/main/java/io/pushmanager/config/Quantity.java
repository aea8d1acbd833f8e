package io.pushmanager.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The notation of sizes and durations: a whole number and its unit. */
public final class Quantity {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(0|[1-9][0-9]{0,17})\\s?([A-Za-z]*)");

    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

    private Quantity() {}

    /** {@code 8MiB}; empty for anything else. */
    static Optional<Long> bytes(String text) {
        return parse(text, BYTES);
    }

    /** {@code 500ms}; empty for anything else. A number without a unit is not a duration. */
    public static Optional<Duration> duration(String text) {
        return parse(text, MILLIS).map(Duration::ofMillis);
    }

    private static Optional<Long> parse(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long unit = units.get(matcher.group(2));
        if (unit == null) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE / unit ? Optional.empty() : Optional.of(number * unit);
    }
}
