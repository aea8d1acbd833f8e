package io.pushmanager.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Check a configuration file, or print the configuration in force.")
final class ConfigCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() {
        if (command == null) {
            return ExitCode.USAGE;
        }
        throw new ParameterException(command.commandLine(), "Missing command: check or print");
    }
}
