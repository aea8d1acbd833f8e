package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.ExplainPushReply;
import io.pushmanager.proto.pubsub.ExplainPushRequest;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "Show what became of a push, and when it was where.",
        footer = {
            "",
            "A push is remembered by the Push-Manager that took it, for a while; slow and failed ones longest."
        })
final class ExplainCommand implements Callable<Integer> {

    private final CliIo io;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Parameters(paramLabel = "MESSAGE_ID", description = "As the reply to the push, and its frames, name it.")
    private String messageId = "";

    ExplainCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            ExplainPushReply reply = client.call(
                    PushManagerServiceGrpcClient.ExplainPush,
                    ExplainPushRequest.newBuilder().setMessageId(messageId).build());
            ExplainText.print(reply, manager.isJson(), io);
        }
        return ExitCode.OK;
    }
}
