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
        WarmUp warmUp = new WarmUp();
        boolean serving = isServe(arguments);
        if (serving) {
            warmUp.begin();
        }
        Logging.configureForCommands(); // serve sets it anew, once it has read how
        warmUp.loggingIsSet();
        if (serving) {
            OutOfMemory.endsTheProcess();
        }
        int code = new Cli(CliIo.ofProcess(), new Serve(warmUp), Settings::read).run(CommandArguments.typed(arguments));
        System.exit(code); // threads of libraries must not keep the process
    }

    /** A guess, before the command line is parsed; a wrong one costs some work that nobody needs. */
    private static boolean isServe(String[] arguments) {
        return arguments.length == 0
                || arguments[0].equals("serve")
                || (arguments[0].startsWith("--")
                        && !arguments[0].equals("--help")
                        && !arguments[0].equals("--version"));
    }
}
