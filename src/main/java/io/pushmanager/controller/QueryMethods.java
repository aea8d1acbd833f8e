package io.pushmanager.controller;

import io.pushmanager.core.presence.NodeChoice;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.Totals;
import io.pushmanager.core.presence.UserPlace;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.GetRoomInfoReply;
import io.pushmanager.proto.pubsub.GetRoomInfoRequest;
import io.pushmanager.proto.pubsub.GetRoomStatsReply;
import io.pushmanager.proto.pubsub.GetUserNodeReply;
import io.pushmanager.proto.pubsub.GetUserNodeRequest;
import io.pushmanager.proto.pubsub.ListRoomsReply;
import io.pushmanager.proto.pubsub.ListRoomsRequest;
import io.pushmanager.proto.pubsub.ListUsersReply;
import io.pushmanager.proto.pubsub.ListUsersRequest;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocateRequest;
import io.pushmanager.proto.pubsub.RoomSummary;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;

/** Questions about who is where. */
final class QueryMethods {

    private final ControllerConfig config;
    private final PresenceStore store;
    private final NodeChoice choice;

    QueryMethods(ControllerConfig config, PresenceStore store, NodeChoice choice) {
        this.config = config;
        this.store = store;
        this.choice = choice;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.unary(ControllerServiceGrpcService.GetRoomInfo, (request, call) -> room(request));
        endpoint.unary(ControllerServiceGrpcService.GetUserNode, (request, call) -> user(request));
        endpoint.unary(ControllerServiceGrpcService.GetRoomStats, (request, call) -> stats());
        endpoint.unary(ControllerServiceGrpcService.ListRooms, (request, call) -> rooms(request));
        endpoint.unary(ControllerServiceGrpcService.ListUsers, (request, call) -> users(request));
        endpoint.unary(ControllerServiceGrpcService.Locate, (request, call) -> locate(request));
    }

    private Future<GetRoomInfoReply> room(GetRoomInfoRequest request) {
        PresenceChecks checks = new PresenceChecks().requireId("room_id", request.getRoomId());
        int size = checks.pageSize(request.getPageSize());
        String after = checks.after(request.getPageToken());
        checks.pass();
        return store.room(request.getRoomId(), after, size).map(page -> {
            GetRoomInfoReply.Builder reply = GetRoomInfoReply.newBuilder()
                    .setRoomId(request.getRoomId())
                    .setUserCount(page.total())
                    .setMemberLimit(config.roomMemberLimit())
                    .setNextPageToken(PresenceChecks.token(page.next()));
            page.items().forEach(place -> reply.addUsers(PresenceMapper.toRoomUser(place, request.getRoomId())));
            return reply.build();
        });
    }

    private Future<GetUserNodeReply> user(GetUserNodeRequest request) {
        new PresenceChecks().requireId("user_id", request.getUserId()).pass();
        return store.user(request.getUserId()).map(places -> {
            GetUserNodeReply.Builder reply =
                    GetUserNodeReply.newBuilder().setUserId(request.getUserId()).setOnline(!places.isEmpty());
            if (!places.isEmpty()) {
                UserPlace last = places.get(0);
                reply.setNodeId(last.node().nodeId()).setAddress(last.node().address());
            }
            places.forEach(place -> reply.addNodes(PresenceMapper.toUserNode(place)));
            return reply.build();
        });
    }

    private Future<GetRoomStatsReply> stats() {
        Future<Totals> totals = store.totals();
        return store.nodes().compose(nodes -> totals.map(counted -> stats(counted, nodes)));
    }

    private GetRoomStatsReply stats(Totals totals, List<NodeStatus> nodes) {
        GetRoomStatsReply.Builder reply = GetRoomStatsReply.newBuilder()
                .setControllerId(config.id())
                .setRooms(totals.rooms())
                .setUsers(totals.users())
                .setConnections(nodes.stream()
                        .mapToLong(status -> status.load().connections())
                        .sum());
        nodes.stream()
                .sorted(Comparator.comparing(status -> status.node().nodeId()))
                .forEach(status -> reply.addNodes(PresenceMapper.toProto(status, choice)));
        return reply.build();
    }

    private Future<ListRoomsReply> rooms(ListRoomsRequest request) {
        PresenceChecks checks = new PresenceChecks();
        int size = checks.pageSize(request.getPageSize());
        String after = checks.after(request.getPageToken());
        checks.pass();
        return store.rooms(after, size).map(page -> {
            ListRoomsReply.Builder reply = ListRoomsReply.newBuilder()
                    .setTotal(page.total())
                    .setNextPageToken(PresenceChecks.token(page.next()));
            page.items()
                    .forEach(room -> reply.addRooms(
                            RoomSummary.newBuilder().setRoomId(room.roomId()).setUserCount(room.users())));
            return reply.build();
        });
    }

    private Future<ListUsersReply> users(ListUsersRequest request) {
        PresenceChecks checks = new PresenceChecks();
        int size = checks.pageSize(request.getPageSize());
        String after = checks.after(request.getPageToken());
        checks.pass();
        return store.users(after, size).map(page -> {
            ListUsersReply.Builder reply = ListUsersReply.newBuilder()
                    .setTotal(page.total())
                    .setNextPageToken(PresenceChecks.token(page.next()));
            page.items().forEach(place -> reply.addUsers(PresenceMapper.toUserSummary(place)));
            return reply.build();
        });
    }

    private Future<LocateReply> locate(LocateRequest request) {
        new PresenceChecks()
                .locate(request.getRoomIdsList(), request.getUserIdsList())
                .pass();
        return store.locate(request.getRoomIdsList(), request.getUserIdsList())
                .map(found -> PresenceMapper.toProto(found, choice)
                        .setControllerId(config.id())
                        .build());
    }
}
