package io.pushmanager.app;

import io.pushmanager.config.HostPort;
import io.pushmanager.telemetry.Terminal;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/** The last thing a start says: what runs where, and what to do next. */
final class Greeting {

    private static final int DEFAULT_GRPC_PORT = 50053;
    private static final Pattern DEFAULT_URL = Pattern.compile("ws://(localhost|127\\.0\\.0\\.1):8080/ws");

    private Greeting() {}

    /** On a terminal as text, elsewhere as log lines, so that a log stays one format. */
    static void show(List<String> lines, Logger log) {
        if (Terminal.STDOUT.isTerminal()) {
            System.out.println();
            lines.forEach(line -> System.out.println("  " + line));
            System.out.println();
            System.out.flush();
        } else {
            lines.forEach(log::info);
        }
    }

    /** What reaches the manager at {@code address}: without the option, the command takes the default port of this machine. */
    static String pushCommand(HostPort address) {
        boolean isDefault = HostPort.isLoopback(address.host()) && address.port() == DEFAULT_GRPC_PORT;
        return "scripts/push-manager push " + (isDefault ? "" : "--address " + address + " ")
                + "--room room-001 \"Hello\"";
    }

    /** As {@link #pushCommand}, for the node with this public URL. */
    static String tailCommand(String publicUrl) {
        return "scripts/push-manager tail "
                + (DEFAULT_URL.matcher(publicUrl).matches() ? "" : "--url " + publicUrl + " ")
                + "--user u1 --room room-001";
    }
}
