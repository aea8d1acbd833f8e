package io.pushmanager.controller;

import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.core.presence.PresenceTable.Joined;
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.ControllerServiceGrpcService;
import io.pushmanager.proto.pubsub.JoinRoomReply;
import io.pushmanager.proto.pubsub.JoinRoomRequest;
import io.pushmanager.proto.pubsub.LeaveRoomReply;
import io.pushmanager.proto.pubsub.LeaveRoomRequest;
import io.pushmanager.proto.pubsub.NotifyUserOfflineReply;
import io.pushmanager.proto.pubsub.NotifyUserOfflineRequest;
import io.pushmanager.proto.pubsub.NotifyUserOnlineReply;
import io.pushmanager.proto.pubsub.NotifyUserOnlineRequest;
import io.pushmanager.wire.grpc.GrpcEndpoint;
import io.pushmanager.wire.grpc.PushErrorException;
import io.vertx.core.Future;

/** Changes told one by one. */
final class UserMethods {

    private static final String REASON = "api";

    private final PresenceStore store;
    private final ControllerMeters meters;
    private final Clocks clocks;
    private final int roomMemberLimit;

    UserMethods(PresenceStore store, ControllerMeters meters, Clocks clocks, int roomMemberLimit) {
        this.store = store;
        this.meters = meters;
        this.clocks = clocks;
        this.roomMemberLimit = roomMemberLimit;
    }

    void serveAt(GrpcEndpoint endpoint) {
        endpoint.unary(ControllerServiceGrpcService.NotifyUserOnline, (request, call) -> online(request));
        endpoint.unary(ControllerServiceGrpcService.NotifyUserOffline, (request, call) -> offline(request));
        endpoint.unary(ControllerServiceGrpcService.JoinRoom, (request, call) -> join(request));
        endpoint.unary(ControllerServiceGrpcService.LeaveRoom, (request, call) -> leave(request));
    }

    private Future<NotifyUserOnlineReply> online(NotifyUserOnlineRequest request) {
        new PresenceChecks()
                .requireId("user_id", request.getUserId())
                .requireId("node_id", request.getNodeId())
                .optionalId("user_name", request.getUserName())
                .metadata("metadata", request.getMetadataMap())
                .pass();
        return store.online(request.getNodeId(), request.getUserId(), request.getUserName(), request.getMetadataMap())
                .onSuccess(change -> meters.changed(change, REASON))
                .map(NotifyUserOnlineReply.getDefaultInstance());
    }

    private Future<NotifyUserOfflineReply> offline(NotifyUserOfflineRequest request) {
        new PresenceChecks()
                .requireId("user_id", request.getUserId())
                .optionalId("node_id", request.getNodeId())
                .pass();
        return store.offline(request.getNodeId(), request.getUserId())
                .onSuccess(change -> meters.changed(change, REASON))
                .compose(change -> store.user(request.getUserId()))
                .map(places -> NotifyUserOfflineReply.newBuilder()
                        .setStillOnline(!places.isEmpty())
                        .build());
    }

    private Future<JoinRoomReply> join(JoinRoomRequest request) {
        new PresenceChecks()
                .requireId("user_id", request.getUserId())
                .requireId("room_id", request.getRoomId())
                .optionalId("user_name", request.getUserName())
                .optionalId("node_id", request.getNodeId())
                .metadata("metadata", request.getMetadataMap())
                .pass();
        return nodeOf(request).compose(node -> join(request, node));
    }

    private Future<String> nodeOf(JoinRoomRequest request) {
        if (!request.getNodeId().isEmpty()) {
            return Future.succeededFuture(request.getNodeId());
        }
        return store.user(request.getUserId()).map(places -> {
            if (places.isEmpty()) {
                throw new PushErrorException(PushError.invalid("node_id", "must be set for a user who is not online"));
            }
            return places.get(0).node().nodeId();
        });
    }

    private Future<JoinRoomReply> join(JoinRoomRequest request, String nodeId) {
        Seat seat = new Seat(clocks.currentTimeMillis(), request.getMetadataMap());
        return store.join(
                        nodeId, request.getUserId(), request.getUserName(), request.getRoomId(), seat, roomMemberLimit)
                .map(this::admitted);
    }

    private JoinRoomReply admitted(Joined joined) {
        if (!joined.accepted()) {
            throw new PushErrorException(PushError.of(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "ROOM_FULL",
                    "the room has " + joined.usersInRoom() + " users, the limit is " + roomMemberLimit));
        }
        meters.changed(joined.change(), REASON);
        return JoinRoomReply.newBuilder().setUserCount(joined.usersInRoom()).build();
    }

    private Future<LeaveRoomReply> leave(LeaveRoomRequest request) {
        new PresenceChecks()
                .requireId("user_id", request.getUserId())
                .requireId("room_id", request.getRoomId())
                .optionalId("user_name", request.getUserName())
                .optionalId("node_id", request.getNodeId())
                .metadata("metadata", request.getMetadataMap())
                .pass();
        return store.leave(request.getNodeId(), request.getUserId(), request.getRoomId())
                .map(left -> LeaveRoomReply.newBuilder().setUserCount(left).build());
    }
}
