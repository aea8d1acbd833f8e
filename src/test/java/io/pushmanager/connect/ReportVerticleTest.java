package io.pushmanager.connect;

import static io.pushmanager.connect.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.config.HostPort;
import io.pushmanager.connect.presence.ReportVerticle;
import io.pushmanager.controller.ControllerConfig;
import io.pushmanager.controller.ControllerVerticle;
import io.pushmanager.controller.RedisConfig;
import io.pushmanager.controller.StoreKind;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.GetRoomInfoReply;
import io.pushmanager.proto.pubsub.GetRoomInfoRequest;
import io.pushmanager.proto.pubsub.GetRoomStatsReply;
import io.pushmanager.proto.pubsub.GetRoomStatsRequest;
import io.pushmanager.proto.pubsub.GetUserNodeReply;
import io.pushmanager.proto.pubsub.GetUserNodeRequest;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.proto.pubsub.PresenceWelcome;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.testing.Ports;
import io.pushmanager.wire.grpc.GrpcCall;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node with real sockets that reports to real Controllers. */
@Timeout(60)
@SuppressWarnings("try") // sockets that are only there
class ReportVerticleTest {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    private final Vertx vertx = Vertx.vertx();
    private final TestNode node = TestNode.start(vertx);
    private final Bus bus = Bus.of(vertx);
    private String reporter = "";

    @AfterEach
    void close() {
        if (!reporter.isEmpty()) {
            await(vertx.undeploy(reporter).otherwiseEmpty());
        }
        await(vertx.close());
    }

    private String controller(int port, String instance) {
        ControllerConfig config = new ControllerConfig(
                "127.0.0.1",
                port,
                "controller",
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                0,
                StoreKind.MEMORY,
                new RedisConfig("", "", "", Duration.ZERO));
        return await(vertx.deployVerticle(new ControllerVerticle(
                config, bus, CLOCKS, new Health(), new Meters(new SimpleMeterRegistry()), instance)));
    }

    private void report(HostPort... fixed) {
        NodeInfo self = new NodeInfo("node-1", "127.0.0.1:50052", "i-1", false, "ws://node-1/ws", "1", Set.of(), 0);
        reporter = await(vertx.deployVerticle(
                new ReportVerticle(self, node.hub, List.of(fixed), bus, CLOCKS, new Meters(node.registry), () -> 0.5)));
    }

    private static HostPort at(int port) {
        return new HostPort("127.0.0.1", port);
    }

    private double metric(String name) {
        return node.registry.get(name).gauge().value();
    }

    private GetRoomInfoReply room(int port, String room) {
        return new GrpcProbe(vertx, port)
                .call(
                        "/pubsub.ControllerService/GetRoomInfo",
                        GetRoomInfoRequest.newBuilder().setRoomId(room).build())
                .messages(GetRoomInfoReply.parser())
                .get(0);
    }

    private GetRoomStatsReply stats(int port) {
        return new GrpcProbe(vertx, port)
                .call("/pubsub.ControllerService/GetRoomStats", GetRoomStatsRequest.getDefaultInstance())
                .messages(GetRoomStatsReply.parser())
                .get(0);
    }

    @Test
    void everyControllerKnowsWhoIsInARoomSinceWhenAndByWhichName() {
        int first = Ports.free();
        int second = Ports.free();
        controller(first, "c-1");
        controller(second, "c-2");
        long before = System.currentTimeMillis();
        try (RawWebSocket early = node.open("?user_id=early&user_name=Fr%C3%BCh&room_id=r1")) {
            report(at(first));
            bus.publish(Addresses.CONTROLLERS, new ControllerSeen("127.0.0.1:" + second, true));
            try (RawWebSocket late = node.open("?user_id=late&room_id=r1&room_id=r2")) {
                for (int port : new int[] {first, second}) {
                    await().until(() -> room(port, "r1").getUserCount() == 2);
                    assertThat(room(port, "r1").getUsersList())
                            .extracting("userId", "userName", "nodeId")
                            .containsExactly(
                                    org.assertj.core.groups.Tuple.tuple("early", "Früh", "node-1"),
                                    org.assertj.core.groups.Tuple.tuple("late", "", "node-1"));
                    assertThat(room(port, "r1").getUsers(0).getJoinedAt())
                            .isBetween(before, System.currentTimeMillis());
                }
                late.text("{\"type\":\"leave\",\"room_id\":\"r2\"}");
                await().until(() -> room(second, "r2").getUserCount() == 0);
            }
            await().until(() -> stats(first).getUsers() == 1);
            assertThat(stats(first).getNodes(0).getPublicUrl()).isEqualTo("ws://node-1/ws");
            await().until(() -> stats(first).getNodes(0).getLoad().getConnections() == 1);
            assertThat(metric("connect_node_controllers")).isEqualTo(2);
        }
    }

    @Test
    void aControllerThatStartsAgainIsToldOfEverybody() {
        int port = Ports.free();
        String old = controller(port, "c-1");
        report(at(port));
        try (RawWebSocket socket = node.open("?user_id=u&room_id=r")) {
            await().until(() -> room(port, "r").getUserCount() == 1);
            await(vertx.undeploy(old));
            await().until(() -> metric("connect_node_controllers") == 0);
            try (RawWebSocket meanwhile = node.open("?user_id=v&room_id=r")) {
                controller(port, "c-2");

                await().until(() -> room(port, "r").getUserCount() == 2);
            }
        }
    }

    @Test
    void aControllerThatIsFoundUnderTwoNamesIsToldOnce() {
        int port = Ports.free();
        controller(port, "c-1");
        report(at(port), new HostPort("localhost", port));
        try (RawWebSocket socket = node.open("?user_id=u&room_id=r")) {
            await().until(() -> room(port, "r").getUserCount() == 1);
            await().during(Duration.ofMillis(700)).until(() -> metric("connect_node_controllers") == 1);
            assertThat(node.registry
                            .get("connect_node_report_snapshots")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void aNodeThatStopsSaysSo() {
        int port = Ports.free();
        controller(port, "c-1");
        report(at(port));
        try (RawWebSocket socket = node.open("?user_id=u&room_id=r")) {
            await().until(() -> stats(port).getUsers() == 1);
            await(vertx.undeploy(reporter));
            reporter = "";

            assertThat(stats(port).getNodesCount()).isZero();
            assertThat(stats(port).getUsers()).isZero();
        }
    }

    @Test
    void ofControllersThatShareAStoreOneIsToldAndTheOtherTakesOver() {
        FakeController first = new FakeController("shared");
        FakeController second = new FakeController("shared");
        report(at(first.port), at(second.port));
        await().until(() -> first.frames.size() + second.frames.size() >= 4);
        assertThat(first.updates() + second.updates()).isEqualTo(1);
        FakeController told = first.updates() == 1 ? first : second;
        FakeController other = told == first ? second : first;
        long epoch = told.epoch();

        await(told.server.close());
        await().until(() -> other.updates() == 1);
        assertThat(other.epoch()).isGreaterThan(epoch);
    }

    @Test
    void aControllerThatAcknowledgesNothingHoldsNoJoinUpAndOwesNoMemory() {
        FakeController silent = new FakeController("s");
        report(at(silent.port));
        await().until(() -> silent.updates() == 1);
        List<RawWebSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                RawWebSocket socket = node.open("?user_id=u" + i + "&room_id=r");
                socket.text("{\"type\":\"join\",\"room_id\":\"r2\"}");
                assertThat(socket.readJson().getString("type")).isEqualTo("joined");
                sockets.add(socket);
            }
            assertThat(silent.updates()).isLessThanOrEqualTo(2);
        } finally {
            sockets.forEach(RawWebSocket::close);
        }
    }

    @Test
    void aUserIsFoundWhereItIs() {
        int port = Ports.free();
        controller(port, "c-1");
        report(at(port));
        try (RawWebSocket one = node.open("?user_id=u&room_id=a");
                RawWebSocket two = node.open("?user_id=u&room_id=b")) {
            await().untilAsserted(() -> {
                GetUserNodeReply user = new GrpcProbe(vertx, port)
                        .call(
                                "/pubsub.ControllerService/GetUserNode",
                                GetUserNodeRequest.newBuilder().setUserId("u").build())
                        .messages(GetUserNodeReply.parser())
                        .get(0);
                assertThat(user.getAddress()).isEqualTo("127.0.0.1:50052");
                assertThat(user.getNodes(0).getRoomsList()).extracting("roomId").containsExactly("a", "b");
            });
        }
    }

    /** Welcomes, answers heartbeats, and acknowledges nothing. */
    private final class FakeController {
        final List<PresenceFrame> frames = new CopyOnWriteArrayList<>();
        final int port = Ports.free();
        final HttpServer server;

        FakeController(String storeId) {
            server = await(new GrpcEndpoint(vertx, CLOCKS, new Health())
                    .stream(ControllerServiceGrpcService.Report, call -> serve(call, storeId))
                            .listen("127.0.0.1", port, 0));
        }

        private void serve(GrpcCall<PresenceFrame, PresenceReply> call, String storeId) {
            call.onMessage(frame -> {
                frames.add(frame);
                if (frame.hasHello()) {
                    call.write(PresenceReply.newBuilder()
                            .setWelcome(PresenceWelcome.newBuilder()
                                    .setStoreId(storeId)
                                    .setWindow(2)
                                    .setHeartbeatInterval(com.google.protobuf.util.Durations.fromMillis(100)))
                            .build());
                } else if (frame.hasHeartbeat()) {
                    call.write(PresenceReply.newBuilder()
                            .setHeartbeatAck(io.pushmanager.proto.pubsub.PresenceHeartbeatAck.getDefaultInstance())
                            .build());
                }
            });
            call.onHalfClose(call::end);
        }

        long updates() {
            return frames.stream().filter(PresenceFrame::hasUpdate).count();
        }

        long epoch() {
            return frames.stream()
                    .filter(PresenceFrame::hasUpdate)
                    .findFirst()
                    .orElseThrow()
                    .getUpdate()
                    .getEpoch();
        }
    }
}
