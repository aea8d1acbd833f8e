package io.pushmanager.cli;

import io.pushmanager.proto.pubsub.OperatorReply;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Something that is done to every connection of a user in a room. */
abstract class RoomActionCommand implements Callable<Integer> {

    private final CliIo io;
    private final String done;
    private final String undone;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Parameters(index = "0", paramLabel = "ROOM", description = "A room's id.")
    private String room = "";

    @Parameters(index = "1", paramLabel = "USER", description = "A user's id.")
    private String user = "";

    @Option(names = "--message-id", paramLabel = "ID", description = "Makes a repeat safe.")
    private String messageId = "";

    /** @see OperatorReplyText#print for {@code done} and {@code undone} */
    RoomActionCommand(CliIo io, String done, String undone) {
        this.io = io;
        this.done = done;
        this.undone = undone;
    }

    abstract OperatorReply ask(ManagerClient client, String roomId, String userId, String id);

    @Override
    public final Integer call() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            return OperatorReplyText.print(ask(client, room, user, messageId), done, undone, manager.isJson(), io);
        }
    }
}
