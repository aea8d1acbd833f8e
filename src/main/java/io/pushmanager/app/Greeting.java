package io.pushmanager.app;

import io.pushmanager.config.Role;
import io.pushmanager.telemetry.Terminal;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/** The last thing a start says: what runs where, and what to do next. */
final class Greeting {

    private Greeting() {}

    /** On a terminal as text, elsewhere as log lines, so that a log stays one format. */
    static void show(List<String> running, Settings settings, Logger log) {
        List<String> lines = new ArrayList<>(running);
        if (settings.process().roles().contains(Role.CONNECT_NODE)
                && settings.process().roles().contains(Role.PUSH_MANAGER)) {
            lines.add("push something    scripts/push-manager push --room room-001 \"Hello\"");
            lines.add("watch a room      scripts/push-manager tail --user u1 --room room-001");
        }
        if (Terminal.STDOUT.isTerminal()) {
            System.out.println();
            lines.forEach(line -> System.out.println("  " + line));
            System.out.println();
            System.out.flush();
        } else {
            lines.forEach(log::info);
        }
    }
}
