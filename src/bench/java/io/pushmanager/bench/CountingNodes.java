package io.pushmanager.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.discovery.DiscoveryConfig;
import io.pushmanager.discovery.EtcdAccess;
import io.pushmanager.discovery.RegistrarVerticle;
import io.pushmanager.discovery.RegistrationState;
import io.pushmanager.telemetry.Logging;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Connect-Nodes that only count: the product's own gRPC inbox, many of them in one process, in front of a
 * {@link CountingSink} each. The Go seed's load driver drives a Push-Manager in front of them as it does the seed's manager.
 *
 * <pre>
 *   scripts/build && mvn -B -q -Pbench process-test-classes     (target/bench-classes, target/bench-lib)
 *   java -cp target/bench-classes:target/push-manager.jar io.pushmanager.bench.CountingNodes \
 *        --nodes 4 --etcd 127.0.0.1:2379 [--link [--rooms 1000]] [--manager-metrics HOST:PORT --manager-pid PID]
 * </pre>
 *
 * <p>Once every node is registered, it prints one line: {@code {"grpc":["127.0.0.1:4001",…],"stats":"127.0.0.1:5001"}}. The
 * driver's options are then {@code -node-stats 127.0.0.1:5001/0,127.0.0.1:5001/1,…} and {@code -manager-stats
 * 127.0.0.1:5001/manager}. With {@code --nodes 0} there is a manager alone, and {@code 127.0.0.1:5001/0} stands for the node
 * that the driver insists on. It ends on SIGTERM (the leases are revoked), when its standard input ends, or after
 * {@code --max-secs}.
 */
@Command(name = "counting-nodes", mixinStandardHelpOptions = true)
public final class CountingNodes implements Callable<Integer> {

    @Option(names = "--nodes", defaultValue = "1", description = "How many (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--etcd", description = "Where to register them, host:port; not at all without it.")
    private String etcd = "";

    @Option(names = "--link", negatable = true, description = "Announce link.v1 (default: unary calls only).")
    private boolean link;

    @Option(
            names = "--rooms",
            defaultValue = "0",
            description =
                    "Speak the feature interest of link.v1, and hold this many rooms between them: room-0, room-1, …")
    private int rooms;

    @Option(names = "--users", defaultValue = "0", description = "The same with users: user-0, user-1, …")
    private int users;

    @Option(names = "--stats-port", defaultValue = "0", description = "0 takes any free one.")
    private int statsPort;

    @Option(names = "--manager-metrics", description = "host:port of a manager's metrics, for /manager/stats.")
    private String managerMetrics = "";

    @Option(names = "--manager-pid", description = "The manager's process, for its CPU.")
    private long managerPid;

    @Option(names = "--max-secs", defaultValue = "3600", description = "Ends by itself (default: ${DEFAULT-VALUE}).")
    private long maxSeconds;

    private final Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

    private CountingNodes() {}

    public static void main(String[] arguments) {
        Logging.configureForCommands();
        System.exit(new CommandLine(new CountingNodes()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch revoked = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ended.countDown();
            try {
                revoked.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        System.out.println(start());
        Thread input = new Thread(() -> waitForEndOfInput(ended), "stdin");
        input.setDaemon(true);
        input.start();
        ended.await(maxSeconds, TimeUnit.SECONDS);
        try {
            NodeFleet.await(vertx.close()); // undeploys, and so revokes
        } finally {
            revoked.countDown();
        }
        return 0;
    }

    private ObjectNode start() throws Exception {
        NodeFleet fleet = new NodeFleet(vertx, clocks);
        fleet.start(nodes, link, new NodeFleet.Held(rooms, users));
        ObjectNode line = JsonMapper.builder().build().createObjectNode();
        ArrayNode addresses = line.putArray("grpc");
        fleet.nodes().forEach(node -> addresses.add(node.address()));
        if (!etcd.isEmpty()) {
            register(fleet.nodes());
        }
        ManagerStats manager =
                managerMetrics.isEmpty() ? null : new ManagerStats(vertx, managerMetrics, managerPid, nodes);
        int port = NodeFleet.await(new StatsServer(vertx, fleet.sinks(), manager).listen(statsPort))
                .actualPort();
        return line.put("stats", "127.0.0.1:" + port);
    }

    private void register(List<NodeInfo> running) throws Exception {
        EtcdAccess access = new EtcdAccess(
                DiscoveryConfig.read(NodeFleet.settings(Map.of("discovery.etcd.endpoints", etcd))), clocks);
        List<RegistrationState> states = new ArrayList<>();
        for (NodeInfo node : running) {
            RegistrationState state = new RegistrationState();
            states.add(state);
            NodeFleet.await(vertx.deployVerticle(new RegistrarVerticle(access, Role.CONNECT_NODE, node, state, null)));
        }
        CountDownLatch registered = new CountDownLatch(1);
        vertx.setPeriodic(10, timer -> {
            if (states.stream().allMatch(RegistrationState::everRegistered)) {
                vertx.cancelTimer(timer);
                registered.countDown();
            }
        });
        if (!registered.await(NodeFleet.SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no etcd answers at " + etcd);
        }
    }

    private static void waitForEndOfInput(CountDownLatch ended) {
        try {
            while (System.in.read() >= 0) {
                // nothing is asked of it but to end
            }
            ended.countDown();
        } catch (IOException e) {
            ended.countDown();
        }
    }
}
