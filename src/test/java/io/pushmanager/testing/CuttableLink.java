package io.pushmanager.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP line to a port of this machine that a test can cut and mend.
 *
 * <p>Cut: every connection is closed, new ones are accepted and closed at once. <b>Thread:</b> any; each connection
 * costs two daemon threads.
 */
public final class CuttableLink implements AutoCloseable {

    private final ServerSocket server;
    private final int targetPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private CuttableLink(ServerSocket server, int targetPort) {
        this.server = server;
        this.targetPort = targetPort;
    }

    public static CuttableLink to(int port) {
        try {
            CuttableLink link = new CuttableLink(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), port);
            daemon("link-accept", link::acceptAll);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String endpoint() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    public void cut() {
        cut = true;
        open.forEach(CuttableLink::closeQuietly);
    }

    public void mend() {
        cut = false;
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
        open.add(near);
        if (cut) {
            drop(near);
            return;
        }
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        } catch (IOException targetAway) {
            drop(near);
            throw targetAway;
        }
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
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException ended) {
            // either side went away
        } finally {
            drop(from);
            drop(to);
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
