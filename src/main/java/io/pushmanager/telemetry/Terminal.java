package io.pushmanager.telemetry;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether a person looks at a stream of this process. */
public enum Terminal {
    STDIN(0),
    STDOUT(1),
    STDERR(2);

    private final int descriptor;

    Terminal(int descriptor) {
        this.descriptor = descriptor;
    }

    /** True when the stream ends at a terminal; false when in doubt. */
    public boolean isTerminal() {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        try {
            if (Files.exists(Path.of("/proc/self/fd"))) {
                String device = Files.readSymbolicLink(link).toString();
                return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return false; // closed
        }
        return consoleIsTerminal();
    }

    /** As {@link #isTerminal}, and colours are not refused by {@code NO_COLOR} or a terminal without them. */
    public boolean takesColour(Map<String, String> environment) {
        return isTerminal()
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    @SuppressWarnings("SystemConsoleNull") // null still on 17, which we run on
    private static boolean consoleIsTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // Since JDK 22 there is a console without a terminal too, and a method that tells; 17 has neither.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
