package io.pushmanager.controller;

import static io.pushmanager.wire.grpc.GrpcProbe.await;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.rpc.BadRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.UserPresence;
import io.pushmanager.proto.pubsub.UserRoom;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A Controller on a free port, and what talks to it. */
final class ControllerFixture implements AutoCloseable {

    /** Heartbeats come a quarter as often as a node may be silent. */
    static ControllerConfig givingUpAfter(Duration nodeTimeout) {
        return new ControllerConfig(
                "127.0.0.1",
                0,
                "controller-1",
                nodeTimeout.dividedBy(4),
                nodeTimeout,
                2,
                StoreKind.MEMORY,
                new RedisConfig("", "", "", Duration.ZERO));
    }

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Bus bus = Bus.of(vertx);
    final Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    final ControllerVerticle controller;
    final GrpcProbe probe;
    final List<Stream> streams = new CopyOnWriteArrayList<>();

    ControllerFixture(ControllerConfig config) {
        controller = new ControllerVerticle(config, bus, clocks, new Health(), new Meters(registry), "this-process");
        await(vertx.deployVerticle(controller));
        probe = new GrpcProbe(vertx, controller.port());
    }

    GrpcProbe.Reply ask(String method, MessageLite request) {
        return probe.call("/pubsub.ControllerService/" + method, request);
    }

    <T> T answer(String method, MessageLite request, Parser<T> parser) {
        GrpcProbe.Reply reply = ask(method, request);
        if (reply.grpcStatus() != 0) {
            throw new AssertionError(method + ": " + reply.grpcStatus() + " " + reply.grpcMessage());
        }
        return reply.messages(parser).get(0);
    }

    List<String> wrongFields(String method, MessageLite request) throws Exception {
        return ask(method, request).details().getDetailsList().stream()
                .filter(detail -> detail.is(BadRequest.class))
                .flatMap(detail -> {
                    try {
                        return detail.unpack(BadRequest.class).getFieldViolationsList().stream();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                })
                .map(BadRequest.FieldViolation::getField)
                .toList();
    }

    double offline(String reason) {
        var counter =
                registry.find("controller_users_offline").tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    /** A stream of a node that the test plays. */
    final class Stream {
        final List<PresenceReply> replies = new CopyOnWriteArrayList<>();
        final AtomicReference<GrpcStatus> end = new AtomicReference<>();
        final GrpcClient client = GrpcClient.client(vertx);
        final GrpcClientRequest<PresenceFrame, PresenceReply> request;

        Stream() {
            request = await(client.request(
                    SocketAddress.inetSocketAddress(controller.port(), "127.0.0.1"),
                    ControllerServiceGrpcClient.Report));
            streams.add(this);
            request.response().onSuccess(response -> {
                response.handler(replies::add);
                response.endHandler(done -> end.set(response.status()));
                response.exceptionHandler(failure -> end.set(response.status()));
            });
        }

        Stream send(PresenceFrame.Builder frame) {
            await(request.write(frame.build()));
            return this;
        }
    }

    static PresenceUpdate.Builder update(long version, String... usersInRoom) {
        PresenceUpdate.Builder update =
                PresenceUpdate.newBuilder().setEpoch(1).setVersion(version).setSnapshotBegins(version == 1);
        for (String user : usersInRoom) {
            update.addUsers(UserPresence.newBuilder()
                    .setUserId(user)
                    .setUserName("Name of " + user)
                    .setOnlineSince(5)
                    .addRooms(UserRoom.newBuilder().setRoomId("room-1").setJoinedAt(7)));
        }
        return update;
    }

    @Override
    public void close() {
        // Vert.x waits for calls that are under way for as long as they are.
        streams.forEach(stream -> await(stream.client.close()));
        await(vertx.close());
    }
}
