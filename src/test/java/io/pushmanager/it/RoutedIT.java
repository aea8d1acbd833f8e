package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.proto.pubsub.LocatedNode;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.testing.EtcdServer;
import io.pushmanager.testing.PushManagerProcess;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A manager in routed mode, a Controller and two nodes as processes that meet through etcd. */
class RoutedIT {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int UNAVAILABLE = 14;

    private final Vertx vertx = Vertx.vertx();

    @Test
    @Tag("fault-16")
    void aRoomCostsOneQuestionAndOneCallAndOutlivesTheControllerUntilItsTimeIsUp() {
        try (EtcdServer etcd = EtcdServer.start();
                Stage stage = new Stage(1)) {
            PushManagerProcess controller = PushManagerProcess.controller("c1", etcd.endpoint());
            PushManagerProcess n1 = PushManagerProcess.node("n1", etcd.endpoint());
            PushManagerProcess n2 = PushManagerProcess.node("n2", etcd.endpoint());
            PushManagerProcess manager = PushManagerProcess.manager("m1", etcd.endpoint())
                    .env("PM_ROUTING_MODE", "routed")
                    .env("PM_ROUTING_ROUTED_CACHE_TTL", "2s")
                    .env("PM_ROUTING_ROUTED_VISIBILITY", "5s");
            stage.start(controller, n1, n2, manager);
            stage.open(List.of(Stage.socket("a", n1, "alice", "r"), Stage.socket("b", n2, "bob", "elsewhere")));
            GrpcProbe api = new GrpcProbe(vertx, manager.grpcPort());
            await("the Controller has been told").atMost(SOON).until(() -> isToldOfBoth(controller));
            double questions = manager.metric("push_manager_route_lookups_total");
            double calls = manager.metric("push_manager_broadcast_nodes_total");

            assertThat(written(push(api))).isEqualTo(1);
            assertThat(manager.metric("push_manager_route_lookups_total") - questions)
                    .isEqualTo(1);
            assertThat(manager.metric("push_manager_broadcast_nodes_total") - calls)
                    .isEqualTo(1);

            controller.killHard();
            assertThat(written(push(api))).as("by the route that is known").isEqualTo(1);
            GrpcProbe.Reply[] last = new GrpcProbe.Reply[1];
            await("its time is up").atMost(SOON).until(() -> {
                last[0] = push(api);
                return last[0].grpcStatus() == UNAVAILABLE;
            });
            assertThat(last[0].details().getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));

            controller.start();
            await("the Controller is back").atMost(SOON).until(() -> push(api).grpcStatus() == 0);
            assertThat(written(push(api)))
                    .as("whatever it has been told by now")
                    .isEqualTo(1);
        } finally {
            GrpcProbe.await(vertx.close());
        }
    }

    private boolean isToldOfBoth(PushManagerProcess controller) {
        LocateReply reply = new GrpcProbe(vertx, controller.grpcPort())
                .call(
                        "/pubsub.ControllerService/Locate",
                        LocateRequest.newBuilder()
                                .addRoomIds("r")
                                .addRoomIds("elsewhere")
                                .build())
                .messages(LocateReply.parser())
                .get(0);
        return reply.getNodesList().stream().filter(LocatedNode::getTold).count() == 2
                && reply.getRoomsList().stream().allMatch(room -> room.getNodesCount() == 1);
    }

    private static GrpcProbe.Reply push(GrpcProbe api) {
        return api.call(
                "/pubsub.PushManagerService/PushToRoom",
                PushToRoomRequest.newBuilder()
                        .setRoomId("r")
                        .setContent(Content.newBuilder().setType("TEXT").setData("hello"))
                        .setOptions(PushOptions.newBuilder().setAck(Ack.ACK_DELIVERED))
                        .build());
    }

    private static long written(GrpcProbe.Reply reply) {
        assertThat(reply.grpcStatus()).as(reply.grpcMessage()).isZero();
        return reply.messages(PushReply.parser()).get(0).getDelivery().getWritten();
    }
}
