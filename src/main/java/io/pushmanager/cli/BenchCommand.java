package io.pushmanager.cli;

import io.pushmanager.core.message.Limits;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.text.Printable;
import io.pushmanager.proto.pubsub.ListNodesReply;
import io.pushmanager.proto.pubsub.ListNodesRequest;
import io.pushmanager.proto.pubsub.NodeState;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcClient;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = {
            "Open connections, push to their rooms at a steady rate, and measure what arrives and when.",
            "",
            "Every push has its time. A latency runs from the time at which the push was meant to be sent, also when the"
                    + " sender was held up: the wait that a slow server causes is a part of what its users would see"
                    + " (else the worst moments go unmeasured: \"coordinated omission\").",
            "Sender and receivers share this machine's clock and cores: with a server on the same machine they compete.",
            ""
        },
        footer = {
            "",
            "Exit code 5: something was lost, refused, or not answered. 3: no server answers. 2: wrong usage.",
            "Example: push-manager bench --connections 1000 --rooms 10 --rate 500 --seconds 10"
        })
final class BenchCommand implements Callable<Integer> {

    private static final String DEFAULT = " (default: ${DEFAULT-VALUE}).";

    private final CliIo io;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private ManagerOptions manager = new ManagerOptions();

    @Option(
            names = "--nodes",
            paramLabel = "URL",
            split = ",",
            description = "Connect-Nodes to connect to, such as http://host:8080; comma separated or repeated."
                    + " Without it: those that the Push-Manager knows.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "100",
            description = "WebSockets to open" + DEFAULT)
    private int connections;

    @Option(names = "--rooms", paramLabel = "N", defaultValue = "1", description = "Rooms that they share" + DEFAULT)
    private int rooms;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Pushes a second, over all rooms" + DEFAULT)
    private double rate;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "128", description = "Size of a push" + DEFAULT)
    private int size;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "How long to measure" + DEFAULT)
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "2",
            description = "Push for this long before the latencies count" + DEFAULT)
    private int warmUp;

    @Option(
            names = "--api",
            paramLabel = "API",
            defaultValue = "STREAM",
            description = "One PushStream, or a PushToRoom call for each push: STREAM or UNARY" + DEFAULT)
    private BenchApi api = BenchApi.STREAM;

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            defaultValue = "NORMAL",
            description = "Of every push: HIGH, NORMAL or LOW" + DEFAULT)
    private Priority priority = Priority.NORMAL;

    BenchCommand(CliIo io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        check("--connections", connections, 1, 1_000_000);
        check("--rooms", rooms, 1, connections);
        check("--size", size, BenchPlan.MIN_SIZE, Limits.MAX_CONTENT_BYTES - BenchPlan.MIN_SIZE);
        check("--seconds", seconds, 1, 86_400);
        check("--warm-up", warmUp, 0, 3_600);
        if (!(rate > 0 && rate * (seconds + (double) warmUp) <= BenchPlan.MAX_PUSHES)) {
            throw usage("Invalid value for option '--rate': " + rate + " (allowed: above 0, and at most "
                    + BenchPlan.MAX_PUSHES + " pushes in one run)");
        }
        BenchPlan plan = new BenchPlan(
                Long.toString(ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36 * 36), 36),
                urls(),
                connections,
                rooms,
                rate,
                size,
                seconds,
                warmUp,
                api,
                priority);
        ProgressLine progress = new ProgressLine(io.err(), io.outIsTerminal() && !manager.isJson());
        BenchResult result = new BenchRun(plan, manager.address(), progress).run();
        if (manager.isJson()) {
            io.out().println(Printable.escape(result.toJson().encode()));
        } else {
            result.toText().forEach(io.out()::println);
        }
        return result.isComplete() ? ExitCode.OK : ExitCode.PARTLY_DELIVERED;
    }

    private List<String> urls() {
        return nodes.isEmpty() ? urlsOfManager() : nodes.stream().map(this::url).toList();
    }

    private List<String> urlsOfManager() {
        try (ManagerClient client = new ManagerClient(manager.address())) {
            ListNodesReply reply =
                    client.call(PushManagerServiceGrpcClient.ListNodes, ListNodesRequest.getDefaultInstance());
            List<String> urls = reply.getNodesList().stream()
                    .filter(node -> node.getState() == NodeState.NODE_STATE_SERVING
                            && !node.getPublicUrl().isEmpty())
                    .map(node -> node.getPublicUrl())
                    .toList();
            if (urls.isEmpty()) {
                throw new CommandFailure(
                        ExitCode.UNREACHABLE,
                        "The Push-Manager at " + manager.address()
                                + " knows no Connect-Node that serves clients; name one with --nodes");
            }
            return urls;
        }
    }

    /** {@code host:port} and {@code http://host:port} mean the WebSocket there. */
    private String url(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            String scheme = String.valueOf(uri.getScheme()).replace("http", "ws");
            boolean isWebSocket = scheme.equals("ws") || scheme.equals("wss");
            if (isWebSocket && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                String path = uri.getRawPath().length() > 1 ? uri.getRawPath() : "/ws";
                return scheme + "://" + uri.getRawAuthority() + path;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw usage("Invalid value for option '--nodes': '" + text + "' (allowed: http://host:port)");
    }

    private void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw usage("Invalid value for option '" + option + "': " + value + " (allowed: " + least + " to " + most
                    + ")");
        }
    }

    private RuntimeException usage(String message) {
        return command == null
                ? new CommandFailure(ExitCode.USAGE, message)
                : new ParameterException(command.commandLine(), message);
    }
}
