package io.pushmanager.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "serve",
        description = "Run the server. This is the default command.",
        footer = {
            "",
            "With role all and no etcd endpoints the process is complete on its own.",
            "Keys, variables and defaults: push-manager config print"
        })
final class ServeCommand implements Callable<Integer> {

    private final ServeAction action;

    @Mixin
    private ServeOptions options = new ServeOptions();

    ServeCommand(ServeAction action) {
        this.action = action;
    }

    @Override
    public Integer call() throws Exception {
        return action.serve(options);
    }
}
