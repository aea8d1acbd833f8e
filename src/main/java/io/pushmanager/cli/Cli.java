package io.pushmanager.cli;

import io.pushmanager.config.ConfigException;
import io.pushmanager.core.text.Printable;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The whole command line. Parses, runs one command, and gives the exit code; never ends the JVM itself.
 *
 * <p><b>Thread:</b> main; commands block it. <b>Failure:</b> one short message on standard error, never a stack trace for
 * what a user can mend.
 */
public final class Cli {

    private static final Set<String> ROOT_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private final CliIo io;
    private final CommandLine commands;

    public Cli(CliIo io, ServeAction serve, ConfigRecords records) {
        this.io = io;
        this.commands = new CommandLine(new RootCommand())
                .addSubcommand(new ServeCommand(serve))
                .addSubcommand(new PushCommand(io))
                .addSubcommand(new TailCommand(io))
                .addSubcommand(new NodesCommand(io))
                .addSubcommand(new ExplainCommand(io))
                .addSubcommand(new BenchCommand(io))
                .addSubcommand(new CommandLine(new RoomsCommand(io))
                        .addSubcommand(new RoomAddCommand(io))
                        .addSubcommand(new RoomRemoveCommand(io)))
                .addSubcommand(new CommandLine(new UsersCommand(io)).addSubcommand(new DisconnectCommand(io)))
                .addSubcommand(new CommandLine(new ConfigCommand())
                        .addSubcommand(new ConfigCheckCommand(io, records))
                        .addSubcommand(new ConfigPrintCommand(io, records)))
                .addSubcommand(new CompletionCommand(io));
        addHelpTo(commands);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setOut(new PrintWriter(io.out(), true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(io.err(), true, StandardCharsets.UTF_8));
        commands.setParameterExceptionHandler(this::onWrongUsage);
        commands.setExecutionExceptionHandler((failure, command, parsed) -> onFailure(failure));
    }

    /** @return the exit code */
    public int run(String... arguments) {
        int code = commands.execute(withDefaultCommand(arguments));
        io.out().flush();
        return code;
    }

    /** {@code serve} goes in front where no command is named. */
    private String[] withDefaultCommand(String[] arguments) {
        boolean isNamed =
                arguments.length > 0 && (!arguments[0].startsWith("-") || ROOT_OPTIONS.contains(arguments[0]));
        if (isNamed) {
            return arguments;
        }
        String[] withServe = new String[arguments.length + 1];
        withServe[0] = "serve";
        System.arraycopy(arguments, 0, withServe, 1, arguments.length);
        return withServe;
    }

    private static void addHelpTo(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        if (command.getParent() != null) {
            command.getCommandSpec().versionProvider(new VersionProvider());
        }
        command.getSubcommands().values().forEach(Cli::addHelpTo);
    }

    private int onWrongUsage(ParameterException wrong, String[] arguments) {
        PrintWriter err = commands.getErr();
        err.println(Printable.escapeKeepingLines(String.valueOf(wrong.getMessage())));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE;
    }

    private int onFailure(Exception failure) {
        if (failure instanceof CommandFailure expected) {
            io.err().println(expected.text());
            return expected.exitCode();
        }
        if (failure instanceof ConfigException wrong) {
            io.err().println(wrong.getMessage());
            return ExitCode.USAGE;
        }
        io.err().println(RootCommand.NAME + ": " + Printable.escape(String.valueOf(failure)));
        return ExitCode.FAILURE;
    }
}
