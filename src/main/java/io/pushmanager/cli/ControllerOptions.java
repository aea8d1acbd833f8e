package io.pushmanager.cli;

import io.pushmanager.config.HostPort;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which Controller-Manager, and in which form the answer is printed. */
@Command
final class ControllerOptions {

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = {"--address", "--controller"},
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:50051",
            description = "The Controller-Manager's gRPC address (default: ${DEFAULT-VALUE}).")
    private String address = "localhost:50051";

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    ManagerClient connect() {
        return ManagerClient.toController(
                HostPort.parse(address).filter(parsed -> parsed.port() > 0).orElseThrow(this::wrongAddress));
    }

    private RuntimeException wrongAddress() {
        String message = "Invalid value for option '--address': '" + address + "' (allowed: host:port)";
        return command == null
                ? new CommandFailure(ExitCode.USAGE, message)
                : new ParameterException(command.commandLine(), message);
    }
}
