package io.pushmanager.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.RetryInfo;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.proto.pubsub.GetRoomInfoReply;
import io.pushmanager.proto.pubsub.GetRoomInfoRequest;
import io.pushmanager.proto.pubsub.GetRoomStatsReply;
import io.pushmanager.proto.pubsub.GetRoomStatsRequest;
import io.pushmanager.proto.pubsub.GetUserNodeReply;
import io.pushmanager.proto.pubsub.GetUserNodeRequest;
import io.pushmanager.proto.pubsub.JoinRoomReply;
import io.pushmanager.proto.pubsub.JoinRoomRequest;
import io.pushmanager.proto.pubsub.LeaveRoomReply;
import io.pushmanager.proto.pubsub.LeaveRoomRequest;
import io.pushmanager.proto.pubsub.ListRoomsReply;
import io.pushmanager.proto.pubsub.ListRoomsRequest;
import io.pushmanager.proto.pubsub.ListUsersReply;
import io.pushmanager.proto.pubsub.ListUsersRequest;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.proto.pubsub.NodeHeartbeatRequest;
import io.pushmanager.proto.pubsub.NodeLoad;
import io.pushmanager.proto.pubsub.NotifyUserOfflineReply;
import io.pushmanager.proto.pubsub.NotifyUserOfflineRequest;
import io.pushmanager.proto.pubsub.NotifyUserOnlineReply;
import io.pushmanager.proto.pubsub.NotifyUserOnlineRequest;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceHeartbeat;
import io.pushmanager.proto.pubsub.PresenceHello;
import io.pushmanager.proto.pubsub.PresenceReply;
import io.pushmanager.proto.pubsub.RegisterNodeReply;
import io.pushmanager.proto.pubsub.RegisterNodeRequest;
import io.pushmanager.proto.pubsub.SelectConnectNodeReply;
import io.pushmanager.proto.pubsub.SelectConnectNodeRequest;
import io.pushmanager.wire.grpc.GrpcProbe;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControllerVerticleTest {

    private static final int NOT_FOUND = 5;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAVAILABLE = 14;

    private ControllerFixture fixture = new ControllerFixture(ControllerFixture.givingUpAfter(Duration.ofMinutes(1)));

    @AfterEach
    void close() {
        fixture.close();
    }

    private void giveUpSoon() {
        fixture.close();
        fixture = new ControllerFixture(ControllerFixture.givingUpAfter(Duration.ofMillis(400)));
    }

    private static JoinRoomRequest.Builder join(String user, String room) {
        return JoinRoomRequest.newBuilder().setUserId(user).setRoomId(room).setNodeId("node-1");
    }

    private static PresenceFrame.Builder hello(String instance) {
        return PresenceFrame.newBuilder()
                .setHello(PresenceHello.newBuilder()
                        .setNodeId("node-1")
                        .setInstanceId(instance)
                        .setAddress("10.0.0.1:50052")
                        .setPublicUrl("ws://10.0.0.1/ws"));
    }

    private static PresenceFrame.Builder heartbeat(int connections) {
        return PresenceFrame.newBuilder()
                .setHeartbeat(PresenceHeartbeat.newBuilder()
                        .setLoad(NodeLoad.newBuilder().setConnections(connections)));
    }

    private ControllerFixture.Stream reporting(String... users) {
        ControllerFixture.Stream stream = fixture.new Stream();
        stream.send(hello("i-1"));
        stream.send(PresenceFrame.newBuilder()
                .setUpdate(ControllerFixture.update(1, users).setSnapshotEnds(true)));
        await().until(() -> stream.replies.stream().anyMatch(PresenceReply::hasAck));
        return stream;
    }

    private GetRoomStatsReply stats() {
        return fixture.answer("GetRoomStats", GetRoomStatsRequest.getDefaultInstance(), GetRoomStatsReply.parser());
    }

    private GetRoomInfoReply room(String room) {
        return fixture.answer(
                "GetRoomInfo", GetRoomInfoRequest.newBuilder().setRoomId(room).build(), GetRoomInfoReply.parser());
    }

    @Test
    void changesToldOneByOneAreAnswered() {
        fixture.answer(
                "NotifyUserOnline",
                NotifyUserOnlineRequest.newBuilder()
                        .setUserId("alice")
                        .setUserName("Alice")
                        .setNodeId("node-1")
                        .build(),
                NotifyUserOnlineReply.parser());
        long before = System.currentTimeMillis();
        JoinRoomReply joined = fixture.answer(
                "JoinRoom",
                join("alice", "room-1")
                        .clearNodeId()
                        .putMetadata("role", "host")
                        .build(),
                JoinRoomReply.parser());

        assertThat(joined.getUserCount()).isEqualTo(1);
        assertThat(room("room-1").getUsersList()).singleElement().satisfies(user -> {
            assertThat(user.getUserId()).isEqualTo("alice");
            assertThat(user.getUserName()).isEqualTo("Alice");
            assertThat(user.getNodeId()).isEqualTo("node-1");
            assertThat(user.getJoinedAt()).isBetween(before, System.currentTimeMillis());
            assertThat(user.getMetadataMap()).containsEntry("role", "host");
        });
        GetUserNodeReply where = fixture.answer(
                "GetUserNode",
                GetUserNodeRequest.newBuilder().setUserId("alice").build(),
                GetUserNodeReply.parser());
        assertThat(where.getOnline()).isTrue();
        assertThat(where.getNodeId()).isEqualTo("node-1");
        assertThat(where.getNodes(0).getRooms(0).getRoomId()).isEqualTo("room-1");
        assertThat(fixture.answer(
                                "LeaveRoom",
                                LeaveRoomRequest.newBuilder()
                                        .setUserId("alice")
                                        .setRoomId("room-1")
                                        .build(),
                                LeaveRoomReply.parser())
                        .getUserCount())
                .isZero();
        assertThat(fixture.answer(
                                "NotifyUserOffline",
                                NotifyUserOfflineRequest.newBuilder()
                                        .setUserId("alice")
                                        .build(),
                                NotifyUserOfflineReply.parser())
                        .getStillOnline())
                .isFalse();
        assertThat(stats().getUsers()).isZero();
        assertThat(fixture.offline("api")).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertThat(fixture.wrongFields(
                        "JoinRoom",
                        JoinRoomRequest.newBuilder()
                                .setUserName("x".repeat(300))
                                .setNodeId("a\u0001b")
                                .build()))
                .containsExactly("user_id", "room_id", "user_name", "node_id");
        assertThat(fixture.wrongFields(
                        "JoinRoom", join("nobody", "room").clearNodeId().build()))
                .containsExactly("node_id");
        assertThat(fixture.wrongFields(
                        "GetRoomInfo",
                        GetRoomInfoRequest.newBuilder()
                                .setPageSize(-1)
                                .setPageToken("*")
                                .build()))
                .containsExactly("room_id", "page_size", "page_token");
        assertThat(fixture.wrongFields("RegisterNode", RegisterNodeRequest.getDefaultInstance()))
                .containsExactly("node_id", "address");
        assertThat(fixture.wrongFields("GetUserNode", GetUserNodeRequest.getDefaultInstance()))
                .containsExactly("user_id");
    }

    @Test
    void aFullRoomTakesNobodyElse() {
        fixture.answer("JoinRoom", join("a", "room").build(), JoinRoomReply.parser());
        fixture.answer("JoinRoom", join("b", "room").build(), JoinRoomReply.parser());

        assertThat(fixture.ask("JoinRoom", join("c", "room").build()).grpcStatus())
                .isEqualTo(RESOURCE_EXHAUSTED);
        assertThat(fixture.ask("JoinRoom", join("a", "room").build()).grpcStatus())
                .isZero();
        assertThat(room("room").getMemberLimit()).isEqualTo(2);
    }

    @Test
    void longListsComeInPages() {
        reporting("a", "b", "c");
        GetRoomInfoReply first = fixture.answer(
                "GetRoomInfo",
                GetRoomInfoRequest.newBuilder()
                        .setRoomId("room-1")
                        .setPageSize(2)
                        .build(),
                GetRoomInfoReply.parser());
        GetRoomInfoReply second = fixture.answer(
                "GetRoomInfo",
                GetRoomInfoRequest.newBuilder()
                        .setRoomId("room-1")
                        .setPageToken(first.getNextPageToken())
                        .build(),
                GetRoomInfoReply.parser());

        assertThat(first.getUserCount()).isEqualTo(3);
        assertThat(first.getUsersList()).extracting("userId").containsExactly("a", "b");
        assertThat(second.getUsersList()).extracting("userId").containsExactly("c");
        assertThat(second.getNextPageToken()).isEmpty();
        ListUsersReply users =
                fixture.answer("ListUsers", ListUsersRequest.getDefaultInstance(), ListUsersReply.parser());
        assertThat(users.getUsersList()).extracting("userName").containsExactly("Name of a", "Name of b", "Name of c");
        ListRoomsReply rooms =
                fixture.answer("ListRooms", ListRoomsRequest.getDefaultInstance(), ListRoomsReply.parser());
        assertThat(rooms.getTotal()).isEqualTo(1);
        assertThat(rooms.getRooms(0).getUserCount()).isEqualTo(3);
    }

    @Test
    void saysWhereManyAreAndWhichNodesHaveToldEverything() {
        ControllerFixture.Stream stream = fixture.new Stream().send(hello("i-1"));
        await().until(() -> stream.replies.size() == 1);
        stream.send(PresenceFrame.newBuilder().setUpdate(ControllerFixture.update(1, "a", "b")));
        await().until(() -> stream.replies.size() == 2);
        LocateRequest asked = LocateRequest.newBuilder()
                .addRoomIds("room-1")
                .addRoomIds("nowhere")
                .addUserIds("b")
                .build();

        LocateReply half = fixture.answer("Locate", asked, LocateReply.parser());
        assertThat(half.getNodes(0).getTold()).isFalse();
        stream.send(PresenceFrame.newBuilder()
                .setUpdate(ControllerFixture.update(2, "c").setSnapshotEnds(true)));
        await().until(() -> stream.replies.size() == 3);
        LocateReply whole = fixture.answer("Locate", asked, LocateReply.parser());

        assertThat(whole.getNodesList()).extracting("nodeId").containsExactly("node-1");
        assertThat(whole.getNodes(0).getTold()).isTrue();
        assertThat(whole.getRooms(0).getNodesList()).containsExactly(0);
        assertThat(whole.getRooms(1).getNodesList()).isEmpty();
        assertThat(whole.getUsers(0).getNodesList()).containsExactly(0);
        GrpcProbe.await(stream.client.close());
        await("a broken stream is a doubt").until(() -> !fixture.answer("Locate", asked, LocateReply.parser())
                .getNodes(0)
                .getTold());
    }

    @Test
    void theLeastLoadedNodeIsGivenToAClientAndNoneIsUnavailable() {
        SelectConnectNodeRequest any = SelectConnectNodeRequest.getDefaultInstance();
        assertThat(fixture.ask("SelectConnectNode", any).grpcStatus()).isEqualTo(UNAVAILABLE);
        assertThat(fixture.ask("SelectConnectNode", any).details().getDetailsList())
                .anyMatch(detail -> detail.is(RetryInfo.class));
        for (int i = 1; i <= 2; i++) {
            RegisterNodeReply registered = fixture.answer(
                    "RegisterNode",
                    RegisterNodeRequest.newBuilder()
                            .setNodeId("node-" + i)
                            .setAddress("10.0.0." + i + ":1")
                            .setPublicUrl("ws://node-" + i)
                            .setLoad(NodeLoad.newBuilder().setConnections(10 - i))
                            .build(),
                    RegisterNodeReply.parser());
            assertThat(registered.getHeartbeatInterval().getSeconds()).isEqualTo(15);
        }
        SelectConnectNodeReply picked = fixture.answer("SelectConnectNode", any, SelectConnectNodeReply.parser());

        assertThat(picked.getPublicUrl()).isEqualTo("ws://node-2");
        assertThat(fixture.ask(
                                "NodeHeartbeat",
                                NodeHeartbeatRequest.newBuilder()
                                        .setNodeId("node-1")
                                        .build())
                        .grpcStatus())
                .isZero();
        assertThat(fixture.ask(
                                "NodeHeartbeat",
                                NodeHeartbeatRequest.newBuilder()
                                        .setNodeId("node-3")
                                        .build())
                        .grpcStatus())
                .isEqualTo(NOT_FOUND);
    }

    @Test
    void aNodeThatHasTheAnswersLeavesWithItsUsers() {
        ControllerFixture.Stream stream = reporting("a", "b");
        assertThat(stream.replies.get(0).getWelcome().getStoreId()).isEqualTo("this-process");
        stream.send(heartbeat(17));
        await().until(() -> stats().getConnections() == 17);
        assertThat(stats().getUsers()).isEqualTo(2);

        stream.request.end();
        await().until(() -> stream.end.get() == GrpcStatus.OK);
        assertThat(stats().getUsers()).isZero();
        assertThat(stats().getNodesCount()).isZero();
        assertThat(fixture.offline("left")).isEqualTo(2);
    }

    @Test
    void aSilentNodesUsersGoOfflineOnceAndItsStreamEnds() {
        giveUpSoon();
        ControllerFixture.Stream stream = reporting("a", "b");

        await().until(() -> stream.end.get() == GrpcStatus.UNAVAILABLE);
        await().until(() -> stats().getUsers() == 0);
        assertThat(fixture.offline("silent")).isEqualTo(2);
    }

    @Test
    void aNodeThatLeftTheRegistryIsGivenUpSoonUnlessItsHeartbeatsCome() {
        fixture.close();
        fixture = new ControllerFixture(ControllerFixture.givingUpAfter(Duration.ofSeconds(2)));
        ControllerFixture.Stream stream = reporting("a");
        NodeInfo gone = new NodeInfo("node-1", "10.0.0.1:50052", "i-1", false, "ws://10.0.0.1/ws", "1", Set.of(), 1);
        long beats = fixture.vertx.setPeriodic(
                20, tick -> stream.request.write(heartbeat(1).build()));
        await().during(Duration.ofMillis(2_500)).until(() -> stats().getUsers() == 1);
        fixture.bus.publish(Addresses.REGISTERED_NODES, new MembershipEvent.NodeDown(gone, "its key is gone"));
        await().during(Duration.ofMillis(400)).until(() -> stats().getUsers() == 1);
        fixture.vertx.cancelTimer(beats);

        await().until(() -> stats().getUsers() == 0);
        assertThat(fixture.offline("unregistered")).isEqualTo(1);
    }

    @Test
    void aStreamThatTellsNonsenseEndsWithTheField() {
        ControllerFixture.Stream noHello = fixture.new Stream();
        noHello.send(heartbeat(1));
        await().until(() -> noHello.end.get() == GrpcStatus.INVALID_ARGUMENT);

        ControllerFixture.Stream skips = fixture.new Stream();
        skips.send(hello("i-9"));
        skips.send(PresenceFrame.newBuilder().setUpdate(ControllerFixture.update(2, "a")));
        await().until(() -> skips.end.get() == GrpcStatus.INVALID_ARGUMENT);
    }

    @Test
    void anUpdateOfAnOlderStreamIsRefused() {
        ControllerFixture.Stream stream = fixture.new Stream();
        stream.send(hello("i-1"));
        stream.send(PresenceFrame.newBuilder()
                .setUpdate(ControllerFixture.update(1, "a").setEpoch(5).setSnapshotEnds(true)));
        await().until(() -> stream.replies.stream().anyMatch(PresenceReply::hasAck));
        ControllerFixture.Stream older = fixture.new Stream();
        older.send(hello("i-1"));
        older.send(PresenceFrame.newBuilder()
                .setUpdate(ControllerFixture.update(1).setEpoch(4).setSnapshotEnds(true)));

        await().until(() -> older.end.get() == GrpcStatus.UNAVAILABLE);
        assertThat(stats().getUsers()).isEqualTo(1);
        assertThat(stream.end.get()).isNull();
    }
}
