package io.pushmanager.cli;

import java.io.PrintStream;
import java.util.Locale;

/** One line on a terminal that is written over as things go on; nothing elsewhere. <b>Thread:</b> main. */
final class ProgressLine {

    private static final int WIDTH = 30;

    private final PrintStream terminal;
    private final boolean isOn;
    private int written;

    ProgressLine(PrintStream terminal, boolean isOn) {
        this.terminal = terminal;
        this.isOn = isOn;
    }

    void show(String what, long done, long all, String more) {
        if (!isOn) {
            return;
        }
        int filled = all <= 0 ? 0 : (int) Math.min(WIDTH, done * WIDTH / all);
        String line = String.format(
                Locale.ROOT,
                "%-11s [%s%s] %,d of %,d %s",
                what,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                done,
                all,
                more);
        int blanks = Math.max(0, written - line.length());
        terminal.print("\r" + line + " ".repeat(blanks));
        terminal.flush();
        written = line.length();
    }

    void clear() {
        if (written > 0) {
            terminal.print("\r" + " ".repeat(written) + "\r");
            terminal.flush();
            written = 0;
        }
    }
}
