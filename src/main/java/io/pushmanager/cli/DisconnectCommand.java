package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.DisconnectUserRequest;
import io.pushmanager.proto.pubsub.OperatorReply;
import io.pushmanager.proto.pubsub.OperatorServiceGrpcClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "disconnect", description = "Close every connection of a user.")
final class DisconnectCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Parameters(paramLabel = "USER", description = "A user's id.")
    private String user = "";

    @Option(
            names = "--code",
            paramLabel = "CODE",
            defaultValue = "4000",
            description =
                    "The close code: 4000 to 4099, the client does not reconnect; 4100 to 4199, it does, with back-off"
                            + " (default: ${DEFAULT-VALUE}).")
    private int code = 4000;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Told to the client; at most 123 bytes.")
    private String reason = "";

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes a repeat safe.")
    private String messageId = "";

    DisconnectCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            OperatorReply reply = client.call(
                    OperatorServiceGrpcClient.DisconnectUser,
                    DisconnectUserRequest.newBuilder()
                            .setUserId(user)
                            .setCloseCode(code)
                            .setReason(reason)
                            .setMessageId(messageId)
                            .build());
            return OperatorReplyText.print(reply, "closed", "closed before", manager.isJson(), io);
        }
    }
}
