package io.pushmanager.cli;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "tail",
        description = "Connect as a user and print what is pushed to it, until Ctrl-C.",
        footer = {"", "Example: push-manager tail --user u1 --room room-001"})
final class TailCommand implements Callable<Integer> {

    private final CliIo io;

    @Spec
    private @Nullable CommandSpec command;

    @Option(names = "--user", paramLabel = "USER", required = true, description = "The user to connect as.")
    private String user = "";

    @Option(names = "--name", paramLabel = "NAME", description = "The user's name.")
    private String name = "";

    @Option(names = "--room", paramLabel = "ROOM", description = "A room to join. May be repeated.")
    private List<String> rooms = new ArrayList<>();

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "ws://localhost:8080/ws",
            description = "The Connect-Node's WebSocket (default: ${DEFAULT-VALUE}).")
    private String url = "ws://localhost:8080/ws";

    @Option(names = "--json", description = "Print every frame as JSON, one a line.")
    private boolean json;

    TailCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() throws Exception {
        String address = address();
        Vertx vertx = ManagerClient.smallVertx();
        try {
            return new Tail(vertx, address, new TailOutput(io, json), RandomGenerator.getDefault())
                    .run()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private String address() {
        try {
            URI uri = new URI(url);
            boolean isWebSocket = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
            if (isWebSocket && uri.getHost() != null && uri.getFragment() == null) {
                return url + (uri.getRawQuery() == null ? "?" : "&") + query();
            }
        } catch (URISyntaxException e) {
            // told below
        }
        String message = "Invalid value for option '--url': '" + url + "' (allowed: ws://host:port/ws)";
        throw command == null
                ? new CommandFailure(ExitCode.USAGE, message)
                : new ParameterException(command.commandLine(), message);
    }

    private String query() {
        StringBuilder query = new StringBuilder("user_id=").append(encoded(user));
        if (!name.isEmpty()) {
            query.append("&user_name=").append(encoded(name));
        }
        rooms.forEach(room -> query.append("&room_id=").append(encoded(room)));
        return query.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
