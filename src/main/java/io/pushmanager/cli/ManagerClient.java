package io.pushmanager.cli;

import com.google.protobuf.Message;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.message.Limits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a Push-Manager, or to a Controller-Manager, for the length of a command.
 *
 * <p><b>Time:</b> {@link #CONNECT_MILLIS} to connect, {@link #DEADLINE_MILLIS} for a call, and a little more for its
 * answer to arrive. <b>Thread:</b> blocks; for the main thread. <b>Failure:</b> {@link CommandFailure} with the exit code.
 */
final class ManagerClient implements AutoCloseable {

    static final int CONNECT_MILLIS = 3_000;
    static final int DEADLINE_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = DEADLINE_MILLIS + 500;

    private final HostPort address;
    private final String server;
    private final Vertx vertx;
    private final GrpcClient client;

    ManagerClient(HostPort address) {
        this(address, "Push-Manager");
    }

    static ManagerClient toController(HostPort address) {
        return new ManagerClient(address, "Controller-Manager");
    }

    private ManagerClient(HostPort address, String server) {
        this.address = address;
        this.server = server;
        this.vertx = smallVertx();
        this.client = GrpcClient.client(
                vertx,
                new GrpcClientOptions().setMaxMessageSize(Limits.MAX_GRPC_MESSAGE_BYTES),
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS));
    }

    /** For a command that opens one connection. Daemon threads: what hangs cannot keep the process alive. */
    static Vertx smallVertx() {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1)) // a slow reader of our output may block
                .setAddressResolverOptions(new AddressResolverOptions()
                        .setQueryTimeout(CONNECT_MILLIS)
                        .setMaxQueries(2))
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    <Q extends Message, R extends Message> R call(ServiceMethod<R, Q> method, Q message) {
        GrpcClientRequest<Q, R> request =
                await(client.request(SocketAddress.inetSocketAddress(address.port(), address.host()), method)
                        .timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS));
        request.timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        Answer<R> answer =
                await(request.send(message).compose(ManagerClient::read).timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
        R reply = answer.reply();
        if (answer.status() != GrpcStatus.OK || reply == null) {
            throw StatusText.failure(answer.status(), answer.response());
        }
        return reply;
    }

    private record Answer<R>(
            GrpcStatus status,
            GrpcClientResponse<?, R> response,
            @Nullable R reply) {}

    private static <Q, R> Future<Answer<R>> read(GrpcClientResponse<Q, R> response) {
        // A failure of last() is a status other than OK; a lost connection has no status.
        return response.last().transform(last -> {
            GrpcStatus status = response.status();
            return status == null || (last.failed() && status == GrpcStatus.OK)
                    ? Future.failedFuture(last.failed() ? last.cause() : new IllegalStateException("no status"))
                    : Future.succeededFuture(new Answer<>(status, response, last.result()));
        });
    }

    private <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE, "No " + server + " answers at " + address + ": " + Reason.of(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILURE, "interrupted");
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
