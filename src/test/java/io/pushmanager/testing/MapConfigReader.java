package io.pushmanager.testing;

import io.pushmanager.config.ConfigSources;
import io.pushmanager.config.ConfigValue;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configuration out of a map, for tests: {@code errors()} and {@code finish()} as in a process. */
public final class MapConfigReader {

    private MapConfigReader() {}

    public static LayeredConfigReader of(Map<String, String> values) {
        Map<String, ConfigValue> commandLine = new LinkedHashMap<>();
        values.forEach((key, text) -> commandLine.put(key, ConfigValue.scalar(text, "test")));
        return new LayeredConfigReader(new ConfigSources(Role.all(), commandLine, Map.of(), Map.of(), List.of()));
    }

    /** Every default. */
    public static LayeredConfigReader empty() {
        return of(Map.of());
    }
}
