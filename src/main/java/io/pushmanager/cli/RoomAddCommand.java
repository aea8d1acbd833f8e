package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.AddUserToRoomRequest;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", description = "Put every connection of a user into a room.")
final class RoomAddCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Parameters(index = "0", paramLabel = "ROOM", description = "A room's id.")
    private String room = "";

    @Parameters(index = "1", paramLabel = "USER", description = "A user's id.")
    private String user = "";

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes a repeat safe.")
    private String messageId = "";

    RoomAddCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            OperatorReply reply = client.call(
                    OperatorServiceGrpcClient.AddUserToRoom,
                    AddUserToRoomRequest.newBuilder()
                            .setUserId(user)
                            .setRoomId(room)
                            .setMessageId(messageId)
                            .build());
            return OperatorReplyText.print(reply, "put into the room", "in it already", manager.isJson(), io);
        }
    }
}
