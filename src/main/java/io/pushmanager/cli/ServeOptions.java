package io.pushmanager.cli;

import io.pushmanager.config.ConfigLoader;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which process is configured, and how: of {@code serve} and of {@code config print}. */
@Command
public final class ServeOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = "push-manager, connect-node, controller-manager, or all (default). May be repeated.")
    private List<String> roles = new ArrayList<>();

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file; wins over the variable CONFIG_FILE.")
    private @Nullable String config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a configuration key; wins over environment and file. May be repeated.")
    private List<String> settings = new ArrayList<>();

    /** @throws ParameterException for a word that is no role */
    public Set<Role> roles() {
        Set<Role> chosen = EnumSet.noneOf(Role.class);
        for (String word : roles) {
            chosen.addAll(Role.parse(word).orElseThrow(() -> unknownRole(word)));
        }
        return chosen.isEmpty() ? Role.all() : chosen;
    }

    /** Every source of configuration, ready to be read by the records of every role. */
    public LayeredConfigReader load(Map<String, String> environment) {
        return ConfigLoader.load(roles(), config, settings, environment);
    }

    private RuntimeException unknownRole(String word) {
        String message = "Unknown role '" + word + "' (allowed: " + Role.allowed() + ")";
        return command == null
                ? new CommandFailure(ExitCode.USAGE, message)
                : new ParameterException(command.commandLine(), message);
    }
}
