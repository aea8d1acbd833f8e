package io.pushmanager.connect.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * TCP connections of one event loop that are not WebSockets: each has to finish a request within the handshake time-out
 * of its opening, or of its last request.
 *
 * <p><b>Bound:</b> {@code max}; further ones are closed at once. <b>Thread:</b> the event loop. <b>Time:</b> monotonic.
 */
public final class PendingConnections {

    private final long timeoutNanos;
    private final int max;
    private final Set<HttpHandler> connections = new LinkedHashSet<>();

    public PendingConnections(long timeoutNanos, int max) {
        this.timeoutNanos = timeoutNanos;
        this.max = max;
    }

    /** @return false when there are too many */
    boolean opened(HttpHandler connection, long nowNanos) {
        if (connections.size() >= max) {
            return false;
        }
        connection.deadlineNanos = nowNanos + timeoutNanos;
        return connections.add(connection);
    }

    void requested(HttpHandler connection, long nowNanos) {
        connection.deadlineNanos = nowNanos + timeoutNanos;
    }

    /** Closed, or become a WebSocket. */
    void gone(HttpHandler connection) {
        connections.remove(connection);
    }

    public void sweep(long nowNanos) {
        List<HttpHandler> overdue = new ArrayList<>(0);
        for (HttpHandler connection : connections) {
            if (nowNanos - connection.deadlineNanos >= 0) {
                overdue.add(connection);
            }
        }
        for (HttpHandler connection : overdue) {
            connection.close();
        }
    }
}
