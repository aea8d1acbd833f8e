package io.pushmanager.nodeclient;

import io.pushmanager.core.time.Clocks;
import java.util.function.LongConsumer;

/** Lets one line in {@code intervalNanos} through and counts the others. <b>Thread:</b> its owner's. */
final class LimitedLog {

    private final Clocks clocks;
    private final long intervalNanos;

    private boolean used;
    private long lastNanos;
    private long unsaid;

    LimitedLog(Clocks clocks, long intervalNanos) {
        this.clocks = clocks;
        this.intervalNanos = intervalNanos;
    }

    /** @param line writes the line, given how many there would have been since the last one, this one included */
    void line(LongConsumer line) {
        unsaid++;
        long now = clocks.nanoTime();
        if (!used || now - lastNanos >= intervalNanos) {
            used = true;
            lastNanos = now;
            line.accept(unsaid);
            unsaid = 0;
        }
    }
}
