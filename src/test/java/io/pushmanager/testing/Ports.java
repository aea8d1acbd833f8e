package io.pushmanager.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Ports for processes that must be told theirs: a restarted process keeps its address only if somebody remembers it.
 *
 * <p>They lie below the range from which the system takes ports for outgoing connections, so that none of the hundreds
 * of client sockets of a test takes one between the check and its use; and no port is given out twice in one JVM. JVMs
 * that run tests side by side have ranges of their own.
 */
public final class Ports {

    private static final int COUNT = 4_500;
    private static final int RANGES = 4;
    private static final int FIRST = 12_000 + Integer.getInteger("surefire.forkNumber", 1) % RANGES * COUNT;

    private static int next = (int) (ProcessHandle.current().pid() * 97 % COUNT);

    private Ports() {}

    /** A port of the loopback address that nothing listens on now. */
    public static synchronized int free() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException inUse) {
                continue;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + (FIRST + COUNT));
    }
}
