package io.pushmanager.cli;

import io.pushmanager.telemetry.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command reads from and writes to.
 *
 * @param out results; {@code checkError()} turns true once nobody reads it any more
 * @param err problems and progress
 */
public record CliIo(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        Map<String, String> environment) {

    /** Those of this process, in UTF-8 whatever the locale says. */
    public static CliIo ofProcess() {
        return new CliIo(
                System.in,
                utf8(FileDescriptor.out),
                utf8(FileDescriptor.err),
                Terminal.STDIN.isTerminal(),
                Terminal.STDOUT.isTerminal(),
                System.getenv());
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
