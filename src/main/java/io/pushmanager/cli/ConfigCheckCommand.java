package io.pushmanager.cli;

import io.pushmanager.config.ConfigLoader;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "check", description = "Check a configuration file, alone: without environment and command line.")
final class ConfigCheckCommand implements Callable<Integer> {

    private final CliIo io;
    private final ConfigRecords records;

    @Parameters(paramLabel = "FILE", description = "YAML file, for whatever role.")
    private String file = "";

    ConfigCheckCommand(CliIo io, ConfigRecords records) {
        this.io = io;
        this.records = records;
    }

    @Override
    public Integer call() {
        LayeredConfigReader in = ConfigLoader.load(Role.all(), file, List.of(), Map.of());
        records.readAll(in, Role.all());
        in.finish();
        io.out().println(file + ": ok");
        return ExitCode.OK;
    }
}
