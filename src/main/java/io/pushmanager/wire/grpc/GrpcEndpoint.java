package io.pushmanager.wire.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.pushmanager.core.message.Limits;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server on one port, with plain HTTP routes beside it: deadlines, limits, errors with details, reflection
 * (v1 and v1alpha) and health are the same for every role.
 *
 * <pre>
 *   request ─▶ route? ─▶ its handler
 *           └▶ content type, encoding, timeout, method known? ─▶ GrpcServer ─▶ GrpcCall ─▶ UnaryMethod | stream handler
 * </pre>
 *
 * <p><b>Bound:</b> {@value #MAX_MESSAGE_BYTES} bytes a message, {@value #MAX_CONCURRENT_STREAMS} calls a connection.
 * <b>Thread:</b> built on one; calls run on their connection's event loop. Several verticle instances may each listen
 * with their own endpoint on the same port. <b>Failure:</b> whatever a handler does wrong is answered INTERNAL and logged.
 */
public final class GrpcEndpoint implements Handler<HttpServerRequest> {

    public static final int MAX_MESSAGE_BYTES = Limits.MAX_GRPC_MESSAGE_BYTES;

    /** How long a unary call may take when its caller did not say. */
    public static final long DEFAULT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final int MAX_CONCURRENT_STREAMS = 1_000;

    /** What one stream may have on its way to us unread; the connection has room for many such streams. */
    private static final int STREAM_WINDOW_BYTES = 256 * 1024;

    private static final int CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024;

    private static final long LEAST_IDLE_CHECK_MILLIS = 10;

    /** Apart from the groups that other servers of this JVM may use. */
    private static final AtomicInteger FREE_PORT_GROUPS = new AtomicInteger(10_000);

    private static final Logger LOG = LoggerFactory.getLogger(GrpcEndpoint.class);

    private final Vertx vertx;
    private final Clocks clocks;
    private final GrpcServer server;
    private final List<ServiceDescriptor> services = new ArrayList<>();
    private final Set<String> methodPaths = new HashSet<>();
    private final Map<String, Handler<HttpServerRequest>> routes = new HashMap<>();
    private CallObserver observer = CallObserver.NONE;
    private final GrpcPeers peers;
    private Consumer<MultiMap> metadataListener = metadata -> {};
    private int streamWindowBytes = STREAM_WINDOW_BYTES;
    private long idleMillis;

    /** Serves reflection, and health as {@code health} says, for every service that is added. */
    public GrpcEndpoint(Vertx vertx, Clocks clocks, Health health) {
        this.vertx = vertx;
        this.clocks = clocks;
        this.peers = new GrpcPeers(vertx, clocks);
        this.server = GrpcServer.server(
                vertx,
                new GrpcServerOptions()
                        .setMaxMessageSize(MAX_MESSAGE_BYTES)
                        .removeEnabledProtocol(GrpcProtocol.WEB)
                        .removeEnabledProtocol(GrpcProtocol.WEB_TEXT)
                        .removeEnabledProtocol(GrpcProtocol.TRANSCODING));
        new Reflection(services).serveAt(this);
        new HealthService(vertx, health, services).serveAt(this);
    }

    /** Makes a service known to reflection and health; its methods are added one by one. */
    public GrpcEndpoint service(ServiceDescriptor descriptor) {
        services.add(descriptor);
        return this;
    }

    /** A call without a deadline of its own gets {@link #DEFAULT_TIMEOUT_NANOS}. */
    public <Q, R> GrpcEndpoint unary(ServiceMethod<Q, R> method, UnaryMethod<Q, R> handler) {
        return mount(method, DEFAULT_TIMEOUT_NANOS, call -> new UnaryExchange<>(handler, call).begin());
    }

    /** The handler sets its own handlers on the call before it returns, and ends it. */
    public <Q, R> GrpcEndpoint stream(ServiceMethod<Q, R> method, Consumer<GrpcCall<Q, R>> handler) {
        return mount(method, GrpcTimeout.NONE, handler);
    }

    private <Q, R> GrpcEndpoint mount(
            ServiceMethod<Q, R> method, long fallbackTimeoutNanos, Consumer<GrpcCall<Q, R>> handler) {
        methodPaths.add("/" + method.fullMethodName());
        server.callHandler(method, request -> {
            metadataListener.accept(request.headers());
            GrpcPeer peer = peers.at(request.connection());
            GrpcCall<Q, R> call = new GrpcCall<>(vertx, clocks, observer, method, request, peer, fallbackTimeoutNanos);
            call.begin();
            try {
                handler.accept(call);
            } catch (RuntimeException e) {
                LOG.error("{} failed", method.fullMethodName(), e);
                call.fail(GrpcErrors.of(e));
            }
        });
        return this;
    }

    /** A plain HTTP route for exactly this path, over HTTP/1.1 and HTTP/2. */
    public GrpcEndpoint route(String path, Handler<HttpServerRequest> handler) {
        routes.put(path, handler);
        return this;
    }

    public GrpcEndpoint observedBy(CallObserver observer) {
        this.observer = observer;
        return this;
    }

    /** Sees the metadata of every call, health and reflection included, before its handler runs. */
    public GrpcEndpoint onMetadata(Consumer<MultiMap> listener) {
        this.metadataListener = listener;
        return this;
    }

    /** What one stream may have on its way to us unread, where the usual 256 KiB would make a large message wait. */
    public GrpcEndpoint streamWindow(int bytes) {
        this.streamWindowBytes = bytes;
        return this;
    }

    /**
     * How long a connection may stay open with nothing under way on it; then the caller is told to use another one, and it
     * is closed. One on which nothing comes at all, not even a ping, is closed after half as long again, whatever is under way.
     */
    public GrpcEndpoint idleTimeout(Duration limit) {
        this.idleMillis = limit.toMillis();
        return this;
    }

    /** Who made this request. */
    public GrpcPeer peer(HttpServerRequest request) {
        return peers.at(request.connection());
    }

    /** A number that the endpoints that are to share one free port have in common. */
    public static int newFreePortGroup() {
        return FREE_PORT_GROUPS.incrementAndGet();
    }

    /** Port 0 takes any free one, the same for all endpoints of a group: see {@link HttpServer#actualPort}. */
    public Future<HttpServer> listen(String host, int port, int freePortGroup) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port == 0 ? -freePortGroup : port) // to Vert.x, a negative port names a group
                .setHandle100ContinueAutomatically(true)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_CONCURRENT_STREAMS)
                        .setInitialWindowSize(streamWindowBytes));
        if (idleMillis > 0) {
            // Reading only: to watch writing too, Netty would need an object for each write.
            options.setReadIdleTimeout((int) Math.min(Integer.MAX_VALUE, idleMillis + idleMillis / 2))
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
            long every = Math.max(LEAST_IDLE_CHECK_MILLIS, idleMillis / 4);
            vertx.setPeriodic(every, tick -> peers.closeIdle(TimeUnit.MILLISECONDS.toNanos(idleMillis)));
        }
        return vertx.createHttpServer(options).requestHandler(this).listen();
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        Handler<HttpServerRequest> route = routes.get(path);
        if (route != null) {
            route.handle(request);
            return;
        }
        boolean known = methodPaths.contains(path);
        if (!isGrpc(request.getHeader("content-type"))) {
            refuseHttp(request, known);
            return;
        }
        if (!request.method().equals(HttpMethod.POST)) {
            request.response().setStatusCode(405).putHeader("allow", "POST").end();
            return;
        }
        PushError refusal = refusal(request, path, known);
        if (refusal != null) {
            if (known) {
                observer.ended(path.substring(1), refusal.code().name(), 0);
            }
            GrpcErrors.refuse(request.response(), refusal);
            return;
        }
        // Vert.x offers gzip in every answer; a bomb costs us nothing as long as we never inflate.
        request.response()
                .headersEndHandler(end -> request.response().headers().set("grpc-accept-encoding", "identity"));
        // A message flagged as compressed without this header would throw inside the deframer.
        request.headers().set("grpc-encoding", "identity");
        server.handle(request);
    }

    private static @Nullable PushError refusal(HttpServerRequest request, String path, boolean known) {
        if (!known) {
            return PushError.of(ErrorCode.UNIMPLEMENTED, "UNKNOWN_METHOD", "no method " + path);
        }
        String encoding = request.getHeader("grpc-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return PushError.of(
                    ErrorCode.UNIMPLEMENTED,
                    "UNSUPPORTED_ENCODING",
                    "grpc-encoding " + encoding + " is not supported (expected: identity)");
        }
        long timeoutNanos = GrpcTimeout.parseNanos(request.getHeader("grpc-timeout"));
        if (timeoutNanos == GrpcTimeout.MALFORMED) {
            return PushError.invalid("grpc-timeout", "must be 1 to 8 digits and one of H, M, S, m, u, n");
        }
        if (timeoutNanos == 0) {
            return PushError.of(ErrorCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", "deadline exceeded on arrival");
        }
        return null;
    }

    private static boolean isGrpc(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.equals("application/grpc") || type.equals("application/grpc+proto");
    }

    private static void refuseHttp(HttpServerRequest request, boolean known) {
        if (!known) {
            request.response().setStatusCode(404).end();
        } else if (!request.method().equals(HttpMethod.POST)) {
            request.response().setStatusCode(405).putHeader("allow", "POST").end();
        } else {
            request.response().setStatusCode(415).end();
        }
    }
}
