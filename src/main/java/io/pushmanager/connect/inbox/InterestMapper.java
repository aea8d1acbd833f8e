package io.pushmanager.connect.inbox;

import com.google.common.primitives.Longs;
import io.pushmanager.core.interest.InterestUpdate;
import io.pushmanager.proto.pubsub.LinkInterest;
import io.pushmanager.proto.pubsub.NodeFrame;

/** {@link InterestUpdate} → protobuf. */
final class InterestMapper {

    private InterestMapper() {}

    static NodeFrame toProto(InterestUpdate update) {
        return NodeFrame.newBuilder()
                .setInterest(LinkInterest.newBuilder()
                        .setVersion(update.version())
                        .setSnapshot(update.snapshot())
                        .setMore(update.more())
                        .setAllUsers(update.allUsers())
                        .addAllRoomsAdded(Longs.asList(update.roomsAdded()))
                        .addAllRoomsRemoved(Longs.asList(update.roomsRemoved()))
                        .addAllUsersAdded(Longs.asList(update.usersAdded()))
                        .addAllUsersRemoved(Longs.asList(update.usersRemoved())))
                .build();
    }
}
