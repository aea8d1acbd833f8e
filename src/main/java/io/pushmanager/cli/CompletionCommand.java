package io.pushmanager.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh.",
        footer = {"", "Use it: source <(push-manager completion)"})
final class CompletionCommand implements Callable<Integer> {

    private final CliIo io;

    @Spec
    private @Nullable CommandSpec command;

    CompletionCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        if (command != null) {
            io.out().print(AutoComplete.bash(RootCommand.NAME, command.root().commandLine()));
        }
        return ExitCode.OK;
    }
}
