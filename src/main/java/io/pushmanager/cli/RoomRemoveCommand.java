package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcClient;
import io.pushmanager.proto.pubsub.RemoveUserFromRoomRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "remove", description = "Take every connection of a user out of a room.")
final class RoomRemoveCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Parameters(index = "0", paramLabel = "ROOM", description = "A room's id.")
    private String room = "";

    @Parameters(index = "1", paramLabel = "USER", description = "A user's id.")
    private String user = "";

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes a repeat safe.")
    private String messageId = "";

    RoomRemoveCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            OperatorReply reply = client.call(
                    OperatorServiceGrpcClient.RemoveUserFromRoom,
                    RemoveUserFromRoomRequest.newBuilder()
                            .setUserId(user)
                            .setRoomId(room)
                            .setMessageId(messageId)
                            .build());
            return OperatorReplyText.print(reply, "taken out of the room", "not in it", manager.isJson(), io);
        }
    }
}
