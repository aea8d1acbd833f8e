package io.pushmanager.connect.presence;

import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.NodeStats;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.proto.pubsub.NodeLoad;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.proto.pubsub.PresenceHeartbeat;
import io.pushmanager.proto.pubsub.PresenceHello;
import io.pushmanager.proto.pubsub.PresenceUpdate;
import io.pushmanager.proto.pubsub.UserPresence;
import io.pushmanager.proto.pubsub.UserRoom;

/** What this node tells, as frames. */
final class ReportMapper {

    private ReportMapper() {}

    static PresenceFrame hello(NodeInfo self, NodeHub hub) {
        return PresenceFrame.newBuilder()
                .setHello(PresenceHello.newBuilder()
                        .setNodeId(self.nodeId())
                        .setInstanceId(self.instanceId())
                        .setAddress(self.address())
                        .setPublicUrl(self.publicUrl())
                        .setVersion(self.version())
                        .addAllCapabilities(self.capabilities())
                        .setDraining(hub.isDraining())
                        .setLoad(load(hub)))
                .build();
    }

    static PresenceFrame heartbeat(NodeHub hub) {
        return PresenceFrame.newBuilder()
                .setHeartbeat(PresenceHeartbeat.newBuilder().setLoad(load(hub)).setDraining(hub.isDraining()))
                .build();
    }

    private static NodeLoad load(NodeHub hub) {
        NodeStats stats = hub.stats();
        return NodeLoad.newBuilder()
                .setConnections(stats.connections())
                .setUsers(stats.users())
                .setRooms(stats.rooms())
                .setMaxConnections(hub.settings().maxConnections())
                .build();
    }

    /** @return about how many bytes that are */
    static int add(UserReport report, PresenceUpdate.Builder update) {
        UserState state = report.state();
        if (state == null) {
            update.addOfflineUserIds(report.userId());
            return report.userId().length() + 2;
        }
        UserPresence.Builder user = UserPresence.newBuilder()
                .setUserId(report.userId())
                .setUserName(state.userName())
                .setOnlineSince(state.onlineSinceMillis());
        state.rooms()
                .forEach((room, seat) ->
                        user.addRooms(UserRoom.newBuilder().setRoomId(room).setJoinedAt(seat.joinedAtMillis())));
        UserPresence built = user.build();
        update.addUsers(built);
        return built.getSerializedSize() + 4;
    }
}
