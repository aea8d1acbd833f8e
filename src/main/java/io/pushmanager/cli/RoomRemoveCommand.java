package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcClient;
import io.pushmanager.proto.pubsub.RemoveUserFromRoomRequest;
import picocli.CommandLine.Command;

@Command(name = "remove", description = "Take every connection of a user out of a room.")
final class RoomRemoveCommand extends RoomActionCommand {

    RoomRemoveCommand(CliIo io) {
        super(io, "taken out of the room", "not in it");
    }

    @Override
    OperatorReply ask(ManagerClient client, String roomId, String userId, String id) {
        return client.call(
                OperatorServiceGrpcClient.RemoveUserFromRoom,
                RemoveUserFromRoomRequest.newBuilder()
                        .setUserId(userId)
                        .setRoomId(roomId)
                        .setMessageId(id)
                        .build());
    }
}
