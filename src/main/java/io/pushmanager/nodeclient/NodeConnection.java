package io.pushmanager.nodeclient;

import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.wire.MetadataKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to a node, from the attempt to its end; never used again after that.
 *
 * <p>Each attempt has an HTTP client of its own, because closing the client is what closes a connection that was accepted
 * but never spoke: a frozen process accepts many.
 *
 * <p><b>Bound:</b> calls under way, by the peer's stream limit. <b>Thread:</b> the event loop of the context that made it.
 */
final class NodeConnection {

    /** Of what a node may send unasked: acknowledgements of thousands of pushes at a time. */
    private static final int RECEIVE_WINDOW_BYTES = 1024 * 1024;

    private final Vertx vertx;
    private final NodeInfo node;
    private final String managerInstanceId;
    private final long connectTimeoutMillis;
    private final Consumer<String> lost;
    private final HttpClientAgent client;

    private @Nullable HttpClientConnection http;
    private int lastProcessedStream = Integer.MAX_VALUE;
    private int calls;
    private long heard;
    private boolean goingAway;
    private boolean closed;

    /** @param lost called once when an open connection stops being usable for new calls, unless {@link #close} did it */
    NodeConnection(
            Vertx vertx, NodeInfo node, String managerInstanceId, long connectTimeoutMillis, Consumer<String> lost) {
        this.vertx = vertx;
        this.node = node;
        this.managerInstanceId = managerInstanceId;
        this.connectTimeoutMillis = connectTimeoutMillis;
        this.lost = lost;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setInitialSettings(new Http2Settings().setInitialWindowSize(RECEIVE_WINDOW_BYTES))
                        .setHttp2ConnectionWindowSize(RECEIVE_WINDOW_BYTES)
                        .setConnectTimeout((int) connectTimeoutMillis)
                        .setTracingPolicy(TracingPolicy.IGNORE)
                        .setName("node-link"))
                .build();
    }

    /** Completes once the peer has sent its HTTP/2 settings. A failed attempt must be closed. */
    Future<Void> open() {
        Promise<Void> opened = Promise.promise();
        long timer = vertx.setTimer(
                connectTimeoutMillis,
                late -> opened.tryFail("no HTTP/2 connection within " + connectTimeoutMillis + " ms"));
        client.connect(new HttpConnectOptions().setHost(node.host()).setPort(node.port()))
                .onComplete(connected -> {
                    if (closed) {
                        return; // closing the client closed this connection too
                    }
                    if (connected.failed()) {
                        opened.tryFail(connected.cause());
                        return;
                    }
                    HttpClientConnection connection = connected.result();
                    http = connection;
                    connection.goAwayHandler(goAway -> {
                        lastProcessedStream = GoAwayFrames.lastStreamId(goAway);
                        leave("the node is going away");
                    });
                    connection.closeHandler(end -> leave("the connection was closed"));
                    connection.exceptionHandler(problem -> {}); // closeHandler follows
                    opened.tryComplete();
                });
        return opened.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** What every call of one method has in common. */
    RequestOptions method(String path) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setURI(path)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("te", "trailers")
                .putHeader(MetadataKeys.MANAGER, managerInstanceId);
        if (!node.instanceId().isEmpty()) {
            options.putHeader(MetadataKeys.INSTANCE, node.instanceId());
        }
        return options;
    }

    /** Starts {@code call}; its end says whether anything was sent. */
    Future<CallEnd> start(UnaryCall call, RequestOptions method) {
        HttpClientConnection connection = http;
        if (connection == null || goingAway || closed) {
            return Future.succeededFuture(new CallEnd.NotProcessed("not connected"));
        }
        if (calls >= connection.maxActiveStreams()) {
            return Future.succeededFuture(new CallEnd.NotProcessed("the node's limit of HTTP/2 streams is reached"));
        }
        calls++;
        return call.start(connection.request(method)).onSuccess(end -> {
            if (end instanceof CallEnd.Answered) {
                heard++;
            }
            ended();
        });
    }

    /** A stream of its own; whoever got it calls {@link #ended} once, when it is over. */
    Future<HttpClientRequest> stream(RequestOptions method) {
        HttpClientConnection connection = http;
        if (connection == null || goingAway || closed) {
            return Future.failedFuture("not connected");
        }
        return connection.request(method).onSuccess(opened -> calls++);
    }

    /** A stream is over. */
    void ended() {
        calls--;
        if (goingAway && calls == 0) {
            close();
        }
    }

    /** The peer has said something on a stream. */
    void hear() {
        heard++;
    }

    /** A call for {@link #start} of this connection. */
    UnaryCall call(Buffer frame, long timeoutMillis, @Nullable String traceparent) {
        return new UnaryCall(frame, timeoutMillis, traceparent, () -> lastProcessedStream);
    }

    /** How often the peer has said something: whether it is alive is told by any of it. */
    long heard() {
        return heard;
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes at once; calls under way break. */
    Future<Void> close() {
        closed = true;
        return client.close();
    }

    private void leave(String reason) {
        boolean first = !goingAway && !closed;
        goingAway = true;
        if (calls == 0) {
            close();
        }
        if (first) {
            lost.accept(reason);
        }
    }
}
