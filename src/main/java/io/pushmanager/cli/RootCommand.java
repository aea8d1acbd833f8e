package io.pushmanager.cli;

import picocli.CommandLine.Command;

@Command(
        name = RootCommand.NAME,
        description = "Pushes a message to a room, a user, or everyone, over every WebSocket that should get it.",
        versionProvider = VersionProvider.class,
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "",
            "Without a command, serve is meant.",
            "Exit codes: 0 done, 1 failure, 2 wrong usage or configuration,",
            "3 server unreachable, 4 denied, 5 partly delivered, 130 interrupted."
        })
final class RootCommand {
    static final String NAME = "push-manager";
}
