package io.pushmanager.controller;

import com.google.protobuf.util.Durations;
import io.pushmanager.core.presence.NodeChoice;
import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.NodeStatus;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.presence.Update;
import io.pushmanager.core.presence.UserPlace;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import io.pushmanager.core.presence.Whereabouts;
import io.pushmanager.proto.pubsub.LocateReply;
import io.pushmanager.proto.pubsub.LocatedNode;
import io.pushmanager.proto.pubsub.NodePlaces;
import io.pushmanager.proto.pubsub.NodeStats;
import io.pushmanager.proto.pubsub.PresenceHello;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.RegisterNodeRequest;
import io.pushmanager.proto.pubsub.RoomUser;
import io.pushmanager.proto.pubsub.UserNode;
import io.pushmanager.proto.pubsub.UserPresence;
import io.pushmanager.proto.pubsub.UserRoom;
import io.pushmanager.proto.pubsub.UserSummary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Presence in protobuf ↔ in core. */
final class PresenceMapper {

    private PresenceMapper() {}

    static PresenceNode toCore(RegisterNodeRequest node) {
        return new PresenceNode(
                node.getNodeId(),
                node.getInstanceId(),
                node.getAddress(),
                node.getPublicUrl(),
                node.getVersion(),
                node.getCapabilitiesList(),
                node.getDraining());
    }

    static PresenceNode toCore(PresenceHello node) {
        return new PresenceNode(
                node.getNodeId(),
                node.getInstanceId(),
                node.getAddress(),
                node.getPublicUrl(),
                node.getVersion(),
                node.getCapabilitiesList(),
                node.getDraining());
    }

    static NodeLoad toCore(io.pushmanager.proto.pubsub.NodeLoad load) {
        return new NodeLoad(
                atLeastZero(load.getConnections()),
                atLeastZero(load.getUsers()),
                atLeastZero(load.getRooms()),
                atLeastZero(load.getMaxConnections()));
    }

    /** What does not fit an int is more than any node holds. */
    private static int atLeastZero(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }

    static Update toCore(PresenceUpdate update) {
        List<UserReport> users = new ArrayList<>(update.getUsersCount() + update.getOfflineUserIdsCount());
        for (UserPresence user : update.getUsersList()) {
            users.add(new UserReport(user.getUserId(), toCore(user)));
        }
        for (String user : update.getOfflineUserIdsList()) {
            users.add(new UserReport(user, null));
        }
        return new Update(update.getEpoch(), update.getSnapshotBegins(), update.getSnapshotEnds(), users);
    }

    private static UserState toCore(UserPresence user) {
        Map<String, Seat> rooms = new HashMap<>(user.getRoomsCount() * 2);
        for (UserRoom room : user.getRoomsList()) {
            rooms.put(room.getRoomId(), new Seat(room.getJoinedAt(), room.getMetadataMap()));
        }
        return new UserState(user.getUserName(), user.getOnlineSince(), user.getMetadataMap(), rooms);
    }

    static NodeStats toProto(NodeStatus status, NodeChoice choice) {
        PresenceNode node = status.node();
        return NodeStats.newBuilder()
                .setNodeId(node.nodeId())
                .setAddress(node.address())
                .setInstanceId(node.instanceId())
                .setPublicUrl(node.publicUrl())
                .setVersion(node.version())
                .addAllCapabilities(node.capabilities())
                .setDraining(node.draining())
                .setSilent(choice.isSilent(status))
                .setLoad(io.pushmanager.proto.pubsub.NodeLoad.newBuilder()
                        .setConnections(status.load().connections())
                        .setUsers(status.load().users())
                        .setRooms(status.load().rooms())
                        .setMaxConnections(status.load().maxConnections()))
                .setUsers(status.users())
                .setLastHeard(Durations.fromNanos(status.silentNanos()))
                .build();
    }

    static RoomUser toRoomUser(UserPlace place, String roomId) {
        Seat seat = Objects.requireNonNull(place.state().rooms().get(roomId));
        return RoomUser.newBuilder()
                .setUserId(place.userId())
                .setUserName(place.state().userName())
                .setNodeId(place.node().nodeId())
                .setJoinedAt(seat.joinedAtMillis())
                .putAllMetadata(seat.metadata())
                .build();
    }

    static UserNode toUserNode(UserPlace place) {
        UserNode.Builder node = UserNode.newBuilder()
                .setNodeId(place.node().nodeId())
                .setAddress(place.node().address())
                .setInstanceId(place.node().instanceId())
                .setUserName(place.state().userName())
                .setOnlineSince(place.state().onlineSinceMillis())
                .putAllMetadata(place.state().metadata());
        place.state().rooms().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(room -> node.addRooms(UserRoom.newBuilder()
                        .setRoomId(room.getKey())
                        .setJoinedAt(room.getValue().joinedAtMillis())
                        .putAllMetadata(room.getValue().metadata())));
        return node.build();
    }

    static UserSummary toUserSummary(UserPlace place) {
        return UserSummary.newBuilder()
                .setUserId(place.userId())
                .setUserName(place.state().userName())
                .setNodeId(place.node().nodeId())
                .setOnlineSince(place.state().onlineSinceMillis())
                .setRoomCount(place.state().rooms().size())
                .build();
    }

    static LocateReply.Builder toProto(Whereabouts found, NodeChoice choice) {
        LocateReply.Builder reply = LocateReply.newBuilder();
        Map<String, Integer> places = new HashMap<>();
        for (NodeStatus status : found.nodes()) {
            PresenceNode node = status.node();
            places.put(node.key(), places.size());
            reply.addNodes(LocatedNode.newBuilder()
                    .setNodeId(node.nodeId())
                    .setAddress(node.address())
                    .setInstanceId(node.instanceId())
                    .setTold(found.told().contains(node.key()) && !choice.isSilent(status)));
        }
        found.rooms().forEach(keys -> reply.addRooms(places(keys, places)));
        found.users().forEach(keys -> reply.addUsers(places(keys, places)));
        return reply;
    }

    private static NodePlaces places(List<String> keys, Map<String, Integer> places) {
        NodePlaces.Builder found = NodePlaces.newBuilder();
        for (String key : keys) {
            Integer place = places.get(key);
            if (place != null) {
                found.addNodes(place);
            }
        }
        return found.build();
    }
}
