package io.pushmanager.connect.http;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * TCP connections of one event loop that are not WebSockets: each has to finish a request within the handshake time-out
 * of its opening, or of its last request.
 *
 * <p><b>Bound:</b> {@code max}; further ones are closed at once. <b>Thread:</b> the event loop. <b>Time:</b> monotonic.
 */
public final class PendingConnections {

    private final long timeoutNanos;
    private final int max;
    private final IdentityHashMap<HttpConnection, Long> deadlines = new IdentityHashMap<>();

    public PendingConnections(long timeoutNanos, int max) {
        this.timeoutNanos = timeoutNanos;
        this.max = max;
    }

    public void opened(HttpConnection connection, long nowNanos) {
        if (deadlines.size() >= max) {
            connection.close();
            return;
        }
        deadlines.put(connection, nowNanos + timeoutNanos);
        connection.closeHandler(closed -> deadlines.remove(connection));
    }

    void requested(HttpConnection connection, long nowNanos) {
        deadlines.computeIfPresent(connection, (known, deadline) -> nowNanos + timeoutNanos);
    }

    void upgraded(HttpConnection connection) {
        deadlines.remove(connection);
    }

    public void sweep(long nowNanos) {
        List<HttpConnection> overdue = new ArrayList<>(0);
        deadlines.forEach((connection, deadline) -> {
            if (nowNanos - deadline >= 0) {
                overdue.add(connection);
            }
        });
        for (HttpConnection connection : overdue) {
            deadlines.remove(connection);
            connection.close();
        }
    }
}
