package io.pushmanager.cli;

import io.pushmanager.config.ConfigKeys;
import io.pushmanager.config.ProcessConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line whose streams are memory. */
final class CapturedCli {

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Map<String, String> environment = new HashMap<>();
    final List<ServeOptions> served = new ArrayList<>();
    byte[] in = {};
    boolean inIsTerminal;
    ServeAction serve = options -> {
        options.roles();
        served.add(options);
        return ExitCode.OK;
    };

    int run(String... arguments) {
        return run(new PrintStream(out, true, StandardCharsets.UTF_8), arguments);
    }

    int run(PrintStream to, String... arguments) {
        CliIo io = new CliIo(
                new ByteArrayInputStream(in),
                to,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                inIsTerminal,
                false,
                environment);
        return new Cli(io, options -> serve.serve(options), (reader, roles) -> {
                    ProcessConfig.read(reader, roles);
                    reader.port(ConfigKeys.NODE_HTTP_PORT, 8080);
                    reader.optionalString("discovery.etcd.password");
                })
                .run(arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
