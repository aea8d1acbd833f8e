package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.proto.pubsub.GetRoomInfoReply;
import io.pushmanager.proto.pubsub.GetRoomInfoRequest;
import io.pushmanager.proto.pubsub.SelectConnectNodeReply;
import io.pushmanager.proto.pubsub.SelectConnectNodeRequest;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Nodes and a Controller as processes that meet through etcd. */
class PresenceIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aControllerThatIsKilledIsToldAgainAndAKilledNodesUsersGoOfflineOnce() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(1)) {
            PushManagerProcess controller = PushManagerProcess.controller("c1", etcd.endpoint())
                    .env("PM_CONTROLLER_HEARTBEAT_INTERVAL", "300ms")
                    .env("PM_CONTROLLER_NODE_TIMEOUT", "2s");
            PushManagerProcess n1 = PushManagerProcess.node("n1", etcd.endpoint());
            PushManagerProcess n2 = PushManagerProcess.node("n2", etcd.endpoint());
            stage.start(controller, n1, n2);
            for (String user : List.of("a", "b", "c")) {
                open(n1, user);
            }
            open(n2, "d");
            await("everybody is known").atMost(SOON).until(() -> users(controller) == 4);
            SelectConnectNodeReply chosen = new GrpcProbe(vertx, controller.grpcPort())
                    .call("/pubsub.ControllerService/SelectConnectNode", SelectConnectNodeRequest.getDefaultInstance())
                    .messages(SelectConnectNodeReply.parser())
                    .get(0);
            assertThat(chosen.getPublicUrl()).isIn(n1.webSocketUrl(), n2.webSocketUrl());

            controller.killHard();
            open(n2, "e"); // nobody waits for a Controller
            controller.start();
            controller.awaitReady(Stage.READY);
            await("told again").atMost(SOON).until(() -> users(controller) == 5);

            n1.killHard();
            await("its users are offline").atMost(SOON).until(() -> users(controller) == 2);
            await("and stay so, once each")
                    .during(Duration.ofMillis(500))
                    .until(() -> controller.metric("controller_users_offline_total") == 3);
        } finally {
            GrpcProbe.await(vertx.close());
        }
    }

    private void open(PushManagerProcess node, String user) {
        CompletionStage<WebSocket> opened = http.newWebSocketBuilder()
                .buildAsync(
                        URI.create(node.webSocketUrl() + "?user_id=" + user + "&room_id=r"),
                        new WebSocket.Listener() {});
        assertThat(opened.toCompletableFuture()
                        .orTimeout(5, java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .isNotNull();
    }

    private long users(PushManagerProcess controller) {
        return new GrpcProbe(vertx, controller.grpcPort())
                        .call(
                                "/pubsub.ControllerService/GetRoomInfo",
                                GetRoomInfoRequest.newBuilder().setRoomId("r").build())
                        .messages(GetRoomInfoReply.parser())
                        .stream()
                        .mapToLong(GetRoomInfoReply::getUserCount)
                        .sum();
    }
}
