package io.pushmanager.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.pushmanager.discovery.DiscoveryConfig.Endpoint;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The few calls to etcd that discovery makes, each with a deadline, each answered on one Vert.x context.
 *
 * <p>It stands on jetcd's generated stubs and leaves jetcd's client out: that one retries, resumes watches and gives up
 * leases by rules of its own, without deadlines. Here a failed call means {@link #reconnect()}: a new connection to the
 * next endpoint, so that neither gRPC's back-off nor a connection that died silently delays the return.
 *
 * <p><b>Thread:</b> confined to the context's. <b>Time:</b> a call ends within the configured time-out.
 * <b>Failure:</b> a failed future with gRPC's status. <b>Source:</b>
 * docs/decisions/0003-discovery-list-watch-resync.md.
 */
final class EtcdClient {

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MAX_MESSAGE_BYTES = 32 << 20;
    private static final int KEEPALIVE_SECONDS = 10;
    private static final int KEEPALIVE_TIMEOUT_SECONDS = 5;

    private final DiscoveryConfig config;
    private final Context context;
    private int endpoint;
    private @Nullable ManagedChannel channel;
    private @Nullable Future<Channel> authenticated;

    EtcdClient(DiscoveryConfig config, Context context) {
        this.config = config;
        this.context = context;
    }

    Future<RangeResponse> range(RangeRequest request) {
        return call(KVGrpc.getRangeMethod(), request);
    }

    Future<PutResponse> put(ByteString key, ByteString value, long lease) {
        return call(
                KVGrpc.getPutMethod(),
                PutRequest.newBuilder()
                        .setKey(key)
                        .setValue(value)
                        .setLease(lease)
                        .build());
    }

    Future<LeaseGrantResponse> grant(long ttlSeconds) {
        return call(
                LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build());
    }

    Future<LeaseRevokeResponse> revoke(long lease) {
        return call(
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    /** Renews a lease. A TTL of 0 in the answer says that there is no such lease any more. */
    Future<LeaseKeepAliveResponse> keepAlive(long lease) {
        return connection().compose(connection -> {
            Promise<LeaseKeepAliveResponse> promise = Promise.promise();
            StreamObserver<LeaseKeepAliveRequest> requests = ClientCalls.asyncBidiStreamingCall(
                    connection.newCall(LeaseGrpc.getLeaseKeepAliveMethod(), deadline()), new FirstAnswer<>(promise));
            requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            requests.onCompleted();
            return promise.future();
        });
    }

    /** Watches until it ends or is cancelled; whichever way it ends, {@code events} is told once. */
    EtcdWatch watch(WatchCreateRequest request, EtcdWatch.Handler events) {
        EtcdWatch watch = new EtcdWatch(context, events);
        connection().onSuccess(connection -> watch.open(connection, request)).onFailure(watch::fail);
        return watch;
    }

    /** Gives up the connection and everything on it; the next call goes to the next endpoint. */
    void reconnect() {
        close();
        endpoint = (endpoint + 1) % config.endpoints().size();
    }

    /** Ends every call. The client can be used again. */
    void close() {
        ManagedChannel old = channel;
        channel = null;
        authenticated = null;
        if (old != null) {
            old.shutdownNow();
        }
    }

    private <Q, R> Future<R> call(MethodDescriptor<Q, R> method, Q request) {
        return connection().compose(connection -> call(connection, method, request));
    }

    private <Q, R> Future<R> call(Channel connection, MethodDescriptor<Q, R> method, Q request) {
        Promise<R> promise = Promise.promise();
        ClientCalls.asyncUnaryCall(connection.newCall(method, deadline()), request, new FirstAnswer<>(promise));
        return promise.future();
    }

    private CallOptions deadline() {
        return CallOptions.DEFAULT.withDeadlineAfter(config.callTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Future<Channel> connection() {
        ManagedChannel open = channel;
        if (open == null) {
            open = open(config.endpoints().get(endpoint));
            channel = open;
        }
        if (config.user().isEmpty()) {
            return Future.succeededFuture(open);
        }
        Future<Channel> known = authenticated;
        if (known == null) {
            known = authenticate(open);
            authenticated = known;
        }
        return known;
    }

    private Future<Channel> authenticate(ManagedChannel open) {
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(config.user())
                .setPassword(config.password())
                .build();
        return call(open, AuthGrpc.getAuthenticateMethod(), request).map(answer -> {
            Metadata headers = new Metadata();
            headers.put(TOKEN, answer.getToken());
            return ClientInterceptors.intercept(open, MetadataUtils.newAttachHeadersInterceptor(headers));
        });
    }

    private static ManagedChannel open(Endpoint endpoint) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + endpoint.host() + ":" + endpoint.port())
                .directExecutor() // answers only hop to the context
                .disableRetry()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return (endpoint.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
    }

    /** Carries the first answer of a call over to the context. gRPC's thread calls it. */
    private final class FirstAnswer<R> implements StreamObserver<R> {

        private final Promise<R> promise;

        FirstAnswer(Promise<R> promise) {
            this.promise = promise;
        }

        @Override
        public void onNext(R answer) {
            hop(target -> target.tryComplete(answer));
        }

        @Override
        public void onError(Throwable failure) {
            hop(target -> target.tryFail(failure));
        }

        @Override
        public void onCompleted() {
            hop(target -> target.tryFail("etcd ended the call without an answer"));
        }

        private void hop(Consumer<Promise<R>> end) {
            hopTo(context, () -> end.accept(promise));
        }
    }

    /** Leaves gRPC's thread for the context; a context that is closed already wants no answers. */
    static void hopTo(Context context, Runnable task) {
        try {
            context.runOnContext(onContext -> task.run());
        } catch (RejectedExecutionException vertxClosed) {
            // nobody is left to hear it
        }
    }
}
