package io.pushmanager.telemetry;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What this process is short of. The watch of {@code app} says, and whoever lets work or connections in asks.
 *
 * <p>Nothing is short until somebody says so. <b>Thread:</b> any.
 */
public final class Strain {

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final AtomicLong openedSince = new AtomicLong();
    private volatile long connectionsLeft = UNKNOWN;
    private volatile long reserve;
    private volatile boolean memoryShort;

    /** Whether garbage collections leave so much that new work is to be refused. */
    public boolean isMemoryShort() {
        return memoryShort;
    }

    public void memoryShort(boolean isShort) {
        memoryShort = isShort;
    }

    /**
     * How many more connections can be opened until the file descriptors that are kept back are touched.
     *
     * @param left negative once they are
     * @param keptBack so that connections can be told why they are turned away
     */
    public void descriptors(long left, long keptBack) {
        openedSince.set(0);
        reserve = keptBack;
        connectionsLeft = left;
    }

    /** Counts one more connection. Whether it may stay; else it is to be told, and closed. */
    public boolean takesConnection() {
        return connectionsLeft == UNKNOWN || openedSince.incrementAndGet() <= connectionsLeft;
    }

    /** Whether there is nothing left to tell anybody with: a connection is to be closed at once. */
    public boolean isOutOfDescriptors() {
        return connectionsLeft != UNKNOWN && openedSince.get() > connectionsLeft + reserve / 2;
    }

    /** Whether connections are turned away, as far as is known without counting another. */
    public boolean areDescriptorsShort() {
        return connectionsLeft != UNKNOWN && openedSince.get() >= connectionsLeft;
    }
}
