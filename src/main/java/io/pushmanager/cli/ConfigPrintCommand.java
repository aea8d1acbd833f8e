package io.pushmanager.cli;

import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.core.text.Printable;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "print",
        description = "Print every key with its value and where that comes from; secrets are not shown.")
final class ConfigPrintCommand implements Callable<Integer> {

    private final CliIo io;
    private final ConfigRecords records;

    @Mixin
    private ServeOptions options = new ServeOptions();

    @Option(names = "--json", description = "One JSON object: a key's value and origin by key.")
    private boolean json;

    ConfigPrintCommand(CliIo io, ConfigRecords records) {
        this.io = io;
        this.records = records;
    }

    @Override
    public Integer call() {
        LayeredConfigReader in = options.load(io.environment());
        records.readAll(in, options.roles());
        if (json) {
            JsonObject keys = new JsonObject();
            in.entries()
                    .forEach(entry -> keys.put(
                            entry.key(),
                            new JsonObject().put("value", entry.value()).put("origin", entry.origin())));
            io.out().println(keys.encodePrettily());
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("KEY", "VALUE", "FROM"));
            in.entries()
                    .forEach(entry -> rows.add(List.of(
                            entry.key(),
                            entry.value().isEmpty() ? "-" : Printable.escape(entry.value()),
                            Printable.escape(entry.origin()))));
            Table.print(rows, io.out());
        }
        in.finish(); // after the print: a wrong value is easier found beside the others
        return ExitCode.OK;
    }
}
