package io.pushmanager.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is wrong; the message names every error, one a line. Ends the process with exit code 2. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigError> errors;

    public ConfigException(List<ConfigError> errors) {
        super(errors.stream()
                .map(error -> "  " + error)
                .collect(Collectors.joining(
                        "\n",
                        errors.size() == 1
                                ? "One error in the configuration:\n"
                                : errors.size() + " errors in the configuration:\n",
                        "")));
        this.errors = List.copyOf(errors);
    }

    public List<ConfigError> errors() {
        return errors;
    }
}
