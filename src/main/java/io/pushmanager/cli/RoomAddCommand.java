package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.AddUserToRoomRequest;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcClient;
import picocli.CommandLine.Command;

@Command(name = "add", description = "Put every connection of a user into a room.")
final class RoomAddCommand extends RoomActionCommand {

    RoomAddCommand(CliIo io) {
        super(io, "put into the room", "in it already");
    }

    @Override
    OperatorReply ask(ManagerClient client, String roomId, String userId, String id) {
        return client.call(
                OperatorServiceGrpcClient.AddUserToRoom,
                AddUserToRoomRequest.newBuilder()
                        .setUserId(userId)
                        .setRoomId(roomId)
                        .setMessageId(id)
                        .build());
    }
}
