package io.pushmanager.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each source of configuration holds, before anything is read from it.
 *
 * @param roles decide which variable means which key
 * @param commandLine by key
 * @param environment by name of the variable, as the process got it
 * @param file by key; empty without a file
 * @param errors what was wrong with the sources themselves, such as a file that is not YAML
 */
public record ConfigSources(
        Set<Role> roles,
        Map<String, ConfigValue> commandLine,
        Map<String, String> environment,
        Map<String, ConfigValue> file,
        List<ConfigError> errors) {

    /** The value of the first source that has one: command line, environment, file. */
    Optional<ConfigValue> find(String key) {
        ConfigValue given = commandLine.get(key);
        if (given != null) {
            return Optional.of(given);
        }
        for (String variable : ConfigKeys.variablesOf(key, roles)) {
            String text = environment.get(variable);
            if (text != null && !text.isBlank()) { // an empty variable counts as unset
                return Optional.of(ConfigValue.scalar(text.strip(), environmentOrigin(variable)));
            }
        }
        return Optional.ofNullable(file.get(key));
    }

    static String environmentOrigin(String variable) {
        return "environment " + variable;
    }

    /** {@code key=value} settings of the command line; the last one of a key wins. */
    static Map<String, ConfigValue> commandLine(List<String> settings, List<ConfigError> errors) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                errors.add(new ConfigError(
                        ConfigValue.COMMAND_LINE,
                        "",
                        ConfigValue.shown("", setting, false) + " (allowed: a key, \"=\", and its value)"));
            } else {
                values.put(
                        setting.substring(0, equals).strip(),
                        ConfigValue.scalar(setting.substring(equals + 1).strip(), ConfigValue.COMMAND_LINE));
            }
        }
        return values;
    }
}
