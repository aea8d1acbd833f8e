package io.pushmanager.wire.grpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthListRequest;
import io.vertx.grpc.health.v1.HealthListResponse;
import io.vertx.grpc.health.v1.HealthProto;
import java.util.List;

/**
 * {@code grpc.health.v1.Health}: a process is ready as a whole, so {@code ""} and every service say the same.
 *
 * <p>Check and Watch count on {@link Health} alone. <b>Time:</b> a watcher hears of a change within
 * {@value #WATCH_INTERVAL_MILLIS} ms, and of nothing else.
 */
final class HealthService {

    static final long WATCH_INTERVAL_MILLIS = 250;

    private final Vertx vertx;
    private final Health health;
    private final List<ServiceDescriptor> services;

    HealthService(Vertx vertx, Health health, List<ServiceDescriptor> services) {
        this.vertx = vertx;
        this.health = health;
        this.services = services;
    }

    void serveAt(GrpcEndpoint endpoint) {
        ServiceDescriptor descriptor = HealthProto.getDescriptor().findServiceByName("Health");
        ServiceName name = ServiceName.create(descriptor.getFullName());
        endpoint.service(descriptor);
        GrpcMessageDecoder<HealthCheckRequest> requests = GrpcMessageDecoder.decoder(HealthCheckRequest.newBuilder());
        GrpcMessageEncoder<HealthCheckResponse> responses = GrpcMessageEncoder.encoder();
        endpoint.unary(
                ServiceMethod.server(name, "Check", responses, requests),
                (request, call) -> check(request.getService()));
        endpoint.stream(ServiceMethod.server(name, "Watch", responses, requests), this::watch);
        GrpcMessageDecoder<HealthListRequest> listRequests = GrpcMessageDecoder.decoder(HealthListRequest.newBuilder());
        GrpcMessageEncoder<HealthListResponse> listResponses = GrpcMessageEncoder.encoder();
        endpoint.unary(
                ServiceMethod.server(name, "List", listResponses, listRequests),
                (request, call) -> Future.succeededFuture(list()));
    }

    private Future<HealthCheckResponse> check(String service) {
        ServingStatus status = status(service);
        return status == ServingStatus.SERVICE_UNKNOWN
                ? Future.failedFuture(new PushErrorException(
                        PushError.of(ErrorCode.NOT_FOUND, "UNKNOWN_SERVICE", "this server has no such service")))
                : Future.succeededFuture(response(status));
    }

    private void watch(GrpcCall<HealthCheckRequest, HealthCheckResponse> call) {
        boolean[] asked = {false};
        call.onMessage(request -> {
            if (asked[0]) {
                return; // one question a watch: a second must not start a second timer
            }
            asked[0] = true;
            String service = request.getService();
            ServingStatus[] told = {status(service)};
            call.write(response(told[0]));
            long timer = vertx.setPeriodic(WATCH_INTERVAL_MILLIS, tick -> {
                ServingStatus now = status(service);
                if (now != told[0]) {
                    told[0] = now;
                    call.write(response(now));
                }
            });
            call.onGone(() -> vertx.cancelTimer(timer));
        });
    }

    private HealthListResponse list() {
        HealthListResponse.Builder list = HealthListResponse.newBuilder();
        list.putStatuses("", response(status("")));
        services.forEach(service -> list.putStatuses(service.getFullName(), response(status(service.getFullName()))));
        return list.build();
    }

    private ServingStatus status(String service) {
        boolean known = service.isEmpty()
                || services.stream().anyMatch(each -> each.getFullName().equals(service));
        if (!known) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return health.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }
}
