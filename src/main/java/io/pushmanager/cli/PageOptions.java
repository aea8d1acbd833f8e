package io.pushmanager.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How much of a long list is asked for and shown. */
@Command
final class PageOptions {

    private static final int PAGE = 1_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many to list at most; 0: all (default: ${DEFAULT-VALUE}).")
    private int limit = 100;

    /** One page that was asked for. */
    record Read(int items, String next) {}

    /** Asks for a page. */
    interface Source {
        Read read(int size, String token);
    }

    /** Page after page, until the limit or the end. */
    void read(Source source) {
        if (limit < 0) {
            throw new CommandFailure(ExitCode.USAGE, "Invalid value for option '--limit': must not be negative");
        }
        String token = "";
        int left = limit == 0 ? Integer.MAX_VALUE : limit;
        do {
            Read page = source.read(Math.min(PAGE, left), token);
            left -= page.items();
            token = page.next();
        } while (left > 0 && !token.isEmpty());
    }

    void print(CliIo io, List<List<String>> rows, int shown, long total, String what) {
        if (shown == 0) {
            io.err().println("no " + what + "s");
            return;
        }
        Table.print(rows, io.out());
        if (total > shown) {
            io.err().println(shown + " of " + total + " " + what + "s; --limit shows more");
        }
    }

    /** In the time zone of this machine. */
    static String time(long epochMillis) {
        return epochMillis <= 0
                ? ""
                : TIME.format(Instant.ofEpochMilli(epochMillis).atZone(ZoneId.systemDefault()));
    }
}
