package io.pushmanager.app;

import io.pushmanager.cli.Cli;
import io.pushmanager.cli.CliIo;
import io.pushmanager.cli.CommandArguments;
import io.pushmanager.telemetry.Logging;

/** Where the process begins: one jar is the server and the command line. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("io.netty.jfr.enabled", "false"); // events nobody records, but every start would load
        Logging.configureForCommands(); // serve sets it anew, once it has read how
        int code = new Cli(CliIo.ofProcess(), new Serve(), Settings::read).run(CommandArguments.typed(arguments));
        System.exit(code); // threads of libraries must not keep the process
    }
}
