package io.pushmanager.wire.grpc;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of one connection, and what the feature that serves it wants to remember of it.
 *
 * <p><b>Thread:</b> the connection's event loop.
 */
public final class GrpcPeer {

    /** What a feature knows of a peer. */
    public interface Tag {

        /** The connection has ended. */
        void gone();
    }

    /** For answers under way to reach the peer. */
    private static final long CLOSE_MILLIS = 1_000;

    private static final long ANSWER_MILLIS = 50;

    final HttpConnection connection;
    private final Vertx vertx;
    private final String host;
    private @Nullable Tag tag;
    private int openCalls;
    private long usedNanos;

    GrpcPeer(HttpConnection connection, Vertx vertx, long nowNanos) {
        this.vertx = vertx;
        this.connection = connection;
        this.usedNanos = nowNanos;
        SocketAddress address = connection.remoteAddress();
        String known = address == null ? null : address.hostAddress();
        this.host = known == null ? "unknown" : known;
    }

    /** Its address, without the port. */
    public String host() {
        return host;
    }

    public @Nullable Tag tag() {
        return tag;
    }

    /** At most once. */
    public void tag(Tag remembered) {
        tag = remembered;
    }

    /** Something is under way on the connection: it is not idle. {@link #ended} must follow. */
    public void began() {
        openCalls++;
    }

    public void ended(long nowNanos) {
        openCalls--;
        usedNanos = nowNanos;
    }

    /** Closes the connection as soon as what is being answered now has been, and a moment for it to arrive has passed. */
    public void dismiss() {
        vertx.setTimer(ANSWER_MILLIS, answered -> close());
    }

    /** Lets what is under way end and closes the connection; gRPC callers are told to use another one. */
    @SuppressWarnings("FutureReturnValueIgnored") // a connection that breaks is closed too
    void close() {
        connection.shutdown(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    boolean isIdle(long nowNanos, long limitNanos) {
        return openCalls == 0 && nowNanos - usedNanos >= limitNanos;
    }

    void gone() {
        Tag told = tag;
        tag = null;
        if (told != null) {
            told.gone();
        }
    }
}
