package io.pushmanager.directory;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import io.pushmanager.config.HostPort;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.telemetry.Health;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A Controller that the test plays, over gRPC: it can be away, slow, and wrong. <b>Thread:</b> the test's. */
public final class PlayedController {

    private final Vertx vertx;
    private final Clocks clocks;
    private HttpServer server;
    private int port;

    public final List<LocateRequest> asked = new CopyOnWriteArrayList<>();
    private volatile Function<LocateRequest, Future<LocateReply>> answer =
            request -> Future.succeededFuture(LocateReply.getDefaultInstance());

    public PlayedController(Vertx vertx, Clocks clocks) {
        this.vertx = vertx;
        this.clocks = clocks;
        start();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", port);
    }

    public void answers(Function<LocateRequest, Future<LocateReply>> with) {
        answer = with;
    }

    /** On the port of before, if it ran. */
    public void start() {
        GrpcEndpoint endpoint = new GrpcEndpoint(vertx, clocks, new Health())
                .service(ControllerServiceGrpcService.SERVICE_DESCRIPTOR)
                .unary(ControllerServiceGrpcService.Locate, (request, call) -> {
                    if (request.getRoomIdsCount() + request.getUserIdsCount() > 0) {
                        asked.add(request);
                    }
                    return answer.apply(request);
                });
        server = await(endpoint.listen("127.0.0.1", port, GrpcEndpoint.newFreePortGroup()));
        port = server.actualPort();
    }

    /** Nobody listens any more, and connections are cut. */
    public void stop() {
        await(server.close());
    }
}
