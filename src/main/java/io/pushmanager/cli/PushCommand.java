package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.Ack;
import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.Content;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.proto.pubsub.PushReply;
import io.pushmanager.proto.pubsub.PushToRoomRequest;
import io.pushmanager.proto.pubsub.PushToUserRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "push",
        description = "Push a message to a room, a user, or everyone.",
        footer = {"", "Example: push-manager push --room room-001 \"Hello\""})
final class PushCommand implements Callable<Integer> {

    /** Exactly one of these. */
    private static final class TargetOption {
        @Option(names = "--room", paramLabel = "ROOM", description = "To everyone in this room.")
        private @Nullable String room;

        @Option(names = "--user", paramLabel = "USER", description = "To this user, on every connection.")
        private @Nullable String user;

        @Option(names = "--all", description = "To every connection.")
        private boolean all;
    }

    private final CliIo io;

    @Spec
    private @Nullable CommandSpec command;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private TargetOption target = new TargetOption();

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "TEXT",
            description = "The content's type (default: ${DEFAULT-VALUE}).")
    private String type = "TEXT";

    @Option(names = "--wait", description = "Wait until every node has reported, and print what became of it.")
    private boolean wait;

    @Option(names = "--dry-run", description = "Send nothing; print who would get it, per node.")
    private boolean dryRun;

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes a repeated push safe.")
    private String messageId = "";

    @Option(names = "--exclude", paramLabel = "USER", description = "With --room: not to this user. May be repeated.")
    private List<String> excluded = new ArrayList<>();

    @Mixin
    private HandlingOptions handling = new HandlingOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "BODY",
            description = "The message; read from standard input when absent or \"-\".")
    private @Nullable String body;

    PushCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        if (!excluded.isEmpty() && target.room == null) {
            throw usage("--exclude needs --room");
        }
        if (body == null && dryRun) {
            body = "dry run"; // says nothing of whom it would reach
        }
        if (body == null && io.inIsTerminal()) {
            throw usage("Missing message: give it as argument, or pipe it in");
        }
        Content content = PushBody.read(body, type, io.in());
        PushOptions options = handling.toProto()
                .setMessageId(messageId)
                .setDryRun(dryRun)
                .setAck(wait ? Ack.ACK_DELIVERED : Ack.ACK_ACCEPTED)
                .build();
        try (ManagerClient client = new ManagerClient(manager.address())) {
            PushReply reply = send(client, content, options);
            PushReplyText.print(reply, manager.isJson(), io);
            return exitCode(reply);
        }
    }

    private PushReply send(ManagerClient client, Content content, PushOptions options) {
        if (target.room != null) {
            return client.call(
                    PushManagerServiceGrpcClient.PushToRoom,
                    PushToRoomRequest.newBuilder()
                            .setRoomId(target.room)
                            .setContent(content)
                            .setOptions(options)
                            .addAllExcludeUserIds(excluded)
                            .build());
        }
        if (target.user != null) {
            return client.call(
                    PushManagerServiceGrpcClient.PushToUser,
                    PushToUserRequest.newBuilder()
                            .setUserId(target.user)
                            .setContent(content)
                            .setOptions(options)
                            .build());
        }
        if (target.all) {
            return client.call(
                    PushManagerServiceGrpcClient.BroadcastMessage,
                    BroadcastMessageRequest.newBuilder()
                            .setContent(content)
                            .setOptions(options)
                            .build());
        }
        throw new IllegalStateException("no target"); // the parser takes exactly one
    }

    private int exitCode(PushReply reply) {
        return PushReplyText.isPartial(reply, wait && !dryRun) ? ExitCode.PARTLY_DELIVERED : ExitCode.OK;
    }

    private RuntimeException usage(String message) {
        return command == null
                ? new CommandFailure(ExitCode.USAGE, message)
                : new ParameterException(command.commandLine(), message);
    }
}
