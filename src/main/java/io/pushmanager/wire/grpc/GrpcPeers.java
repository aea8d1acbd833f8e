package io.pushmanager.wire.grpc;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one endpoint that have made a request.
 *
 * <p>Most requests come over the connection that the one before came over, which is found without a look-up.
 * <b>Bound:</b> the open connections. <b>Thread:</b> the endpoint's event loop.
 */
final class GrpcPeers {

    private final Vertx vertx;
    private final Clocks clocks;
    private final IdentityHashMap<HttpConnection, GrpcPeer> open = new IdentityHashMap<>();
    private @Nullable GrpcPeer last;

    GrpcPeers(Vertx vertx, Clocks clocks) {
        this.vertx = vertx;
        this.clocks = clocks;
    }

    GrpcPeer at(HttpConnection connection) {
        GrpcPeer recent = last;
        if (recent != null && recent.connection == connection) {
            return recent;
        }
        GrpcPeer found = open.get(connection);
        if (found == null) {
            found = new GrpcPeer(connection, vertx, clocks.nanoTime());
            open.put(connection, found);
            connection.closeHandler(closed -> gone(connection));
        }
        last = found;
        return found;
    }

    private void gone(HttpConnection connection) {
        GrpcPeer peer = open.remove(connection);
        if (last == peer) {
            last = null;
        }
        if (peer != null) {
            peer.gone();
        }
    }

    /** Closes those on which nothing has been under way for so long. */
    void closeIdle(long limitNanos) {
        long nowNanos = clocks.nanoTime();
        for (GrpcPeer peer : List.copyOf(open.values())) {
            if (peer.isIdle(nowNanos, limitNanos)) {
                peer.close();
            }
        }
    }
}
