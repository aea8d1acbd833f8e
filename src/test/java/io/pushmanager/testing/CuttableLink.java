package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP line to a port of this machine that a test can cut, reset, swallow, slow down, and mend.
 *
 * <p>Cut: every connection is closed, new ones are accepted and closed at once. Swallowing: every connection stays open and
 * new ones are accepted, and nothing goes through in either direction. <b>Thread:</b> any; each connection costs two daemon
 * threads.
 */
public final class CuttableLink implements AutoCloseable {

    private final ServerSocket server;
    private final int targetPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean cut;
    private volatile boolean swallowing;
    private volatile int bytesPerSecond;
    private volatile int delayMillis;

    private final InetAddress from;

    private CuttableLink(ServerSocket server, int targetPort, InetAddress from) {
        this.server = server;
        this.targetPort = targetPort;
        this.from = from;
    }

    public static CuttableLink to(int port) {
        return to(port, "127.0.0.1");
    }

    /** @param from the loopback address that its target sees */
    public static CuttableLink to(int port, String from) {
        return to(port, from, "127.0.0.1");
    }

    /** One that is reached at another address of this machine. */
    public static CuttableLink at(String host, int port) {
        return to(port, "127.0.0.1", host);
    }

    private static CuttableLink to(int port, String from, String host) {
        try {
            CuttableLink link = new CuttableLink(
                    new ServerSocket(0, 64, InetAddress.getByName(host)), port, InetAddress.getByName(from));
            daemon("link-accept", link::acceptAll);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String endpoint() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    public void cut() {
        cut = true;
        open.forEach(CuttableLink::closeQuietly);
    }

    /** A TCP reset on every connection that is open now; new ones are well. */
    public void reset() {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException alreadyGone) {
                continue;
            }
            closeQuietly(socket);
        }
    }

    /** From now on nothing arrives any more, and nobody is told. Bytes swallowed are lost: mending ends these connections. */
    public void swallow() {
        swallowing = true;
    }

    /** At most this many bytes a second and connection, in each direction; 0: no limit. */
    public void throttle(int limit) {
        bytesPerSecond = limit;
    }

    /** Each piece of data waits this long, in each direction. */
    public void delay(int millis) {
        delayMillis = millis;
    }

    /** How many connections were ever made to it. */
    public int accepted() {
        return accepted.get();
    }

    public int openConnections() {
        return open.size() / 2;
    }

    public void mend() {
        cut = false;
        bytesPerSecond = 0;
        delayMillis = 0;
        if (swallowing) {
            swallowing = false;
            open.forEach(CuttableLink::closeQuietly);
        }
    }

    @Override
    public void close() {
        cut();
        closeQuietly(server);
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                accept(server.accept());
            } catch (IOException closedOrRefused) {
                // the server is closed, or its target is away: the connection is gone either way
            }
        }
    }

    private void accept(Socket near) throws IOException {
        accepted.incrementAndGet();
        open.add(near);
        if (cut) {
            drop(near);
            return;
        }
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), targetPort, from, 0);
        } catch (IOException targetAway) {
            drop(near);
            throw targetAway;
        }
        // Or small writes wait for delayed acknowledgements: 40 ms each way that no fault asked for.
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(far);
        daemon("link-up", () -> pump(near, far));
        daemon("link-down", () -> pump(far, near));
        if (cut) {
            drop(near);
            drop(far);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            byte[] piece = new byte[8_192];
            for (int read = from.getInputStream().read(piece);
                    read >= 0;
                    read = from.getInputStream().read(piece)) {
                int limit = bytesPerSecond;
                pause(delayMillis + (limit == 0 ? 0 : read * 1_000L / limit));
                if (!swallowing) {
                    to.getOutputStream().write(piece, 0, read);
                }
            }
        } catch (IOException ended) {
            // either side went away
        } finally {
            drop(from);
            drop(to);
        }
    }

    private static void pause(long millis) {
        if (millis > 0) {
            LockSupport.parkNanos(millis * 1_000_000);
        }
    }

    private void drop(Socket socket) {
        open.remove(socket);
        closeQuietly(socket);
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyGone) {
            // nothing left to close
        }
    }
}
