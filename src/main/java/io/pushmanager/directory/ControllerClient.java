package io.pushmanager.directory;

import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.Limits;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one Controller, over one connection that is made when it is first needed.
 *
 * <p><b>Failure:</b> a call that is not answered in time takes the connection with it: it may lead nowhere, and the next call
 * gets another one. <b>Thread:</b> its verticle's event loop.
 */
final class ControllerClient {

    private static final long CLOSE_MILLIS = 500;

    private final Vertx vertx;
    private final HostPort address;
    private @Nullable GrpcClient client;

    ControllerClient(Vertx vertx, HostPort address) {
        this.vertx = vertx;
        this.address = address;
    }

    HostPort address() {
        return address;
    }

    Future<LocateReply> locate(LocateRequest question, Duration timeout) {
        GrpcClient used = client();
        long millis = Math.max(1, timeout.toMillis());
        return used.request(
                        SocketAddress.inetSocketAddress(address.port(), address.host()),
                        ControllerServiceGrpcClient.Locate)
                .compose(request -> {
                    request.timeout(millis, TimeUnit.MILLISECONDS);
                    return request.send(question);
                })
                .compose(ControllerClient::read)
                .timeout(millis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    if (!(failure instanceof Refused)) {
                        drop(used);
                    }
                });
    }

    private static Future<LocateReply> read(GrpcClientResponse<LocateRequest, LocateReply> response) {
        return response.last().transform(last -> {
            GrpcStatus status = response.status();
            if (status != null && status != GrpcStatus.OK) {
                return Future.failedFuture(new Refused(status.name() + ": " + response.statusMessage()));
            }
            return status == null || last.failed() || last.result() == null
                    ? Future.failedFuture("no whole answer")
                    : Future.succeededFuture(last.result());
        });
    }

    private GrpcClient client() {
        GrpcClient open = client;
        if (open == null) {
            open = GrpcClient.client(
                    vertx,
                    new GrpcClientOptions().setMaxMessageSize(Limits.MAX_GRPC_MESSAGE_BYTES),
                    new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false)
                            .setTracingPolicy(TracingPolicy.IGNORE)
                            .setName("controller-directory"));
            client = open;
        }
        return open;
    }

    private void drop(GrpcClient used) {
        if (client == used) {
            client = null;
        }
        used.close();
    }

    Future<Void> close() {
        GrpcClient open = client;
        client = null;
        return open == null
                ? Future.succeededFuture()
                : open.close().timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS).otherwiseEmpty();
    }

    /** The Controller answered, and said no. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }
}
