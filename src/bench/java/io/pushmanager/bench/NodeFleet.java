package io.pushmanager.bench;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.pushmanager.config.ConfigReader;
import io.pushmanager.config.ConfigSources;
import io.pushmanager.config.ConfigValue;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.config.Role;
import io.pushmanager.connect.hub.InterestFeed;
import io.pushmanager.connect.inbox.InboxConfig;
import io.pushmanager.connect.inbox.InboxIdentity;
import io.pushmanager.connect.inbox.InboxVerticle;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connect-Nodes that only count: the product's own gRPC inbox in front of a {@link CountingSink} each, all in this process.
 *
 * <p><b>Thread:</b> one that may block. <b>Failure:</b> what has not started or stopped in {@value #SECONDS} seconds fails.
 */
final class NodeFleet {

    static final long SECONDS = 30;

    /**
     * What the nodes say that they hold: {@code room-0} at the first node, {@code room-1} at the second, and so on round and round, and
     * users {@code user-0} and on in the same way. With neither the nodes do not speak of interest.
     */
    record Held(int rooms, int users) {

        boolean isNothing() {
            return rooms == 0 && users == 0;
        }
    }

    private record Started(String deployment, NodeInfo node) {}

    private final Vertx vertx;
    private final Clocks clocks;
    private final Health health = new Health();
    private final Meters meters = new Meters(new CompositeMeterRegistry());
    private final List<CountingSink> sinks = new ArrayList<>();
    private List<Started> started = List.of();

    NodeFleet(Vertx vertx, Clocks clocks) {
        this.vertx = vertx;
        this.clocks = clocks;
    }

    /** @param link whether they announce link.v1 */
    void start(int count, boolean link, Held held) throws InterruptedException, ExecutionException, TimeoutException {
        List<InterestFeed> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            feeds.add(held.isNothing() ? InterestFeed.off() : InterestFeed.on());
        }
        if (count > 0) {
            tell(feeds, held);
        }
        Set<String> capabilities = link ? Set.of("link.v1") : Set.of();
        List<Future<Started>> starting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CountingSink sink = new CountingSink(new RoomsOfNode(i, count));
            sinks.add(sink);
            starting.add(serve(sink, i, feeds.get(i), capabilities));
        }
        await(Future.all(starting));
        started = starting.stream().map(Future::result).toList();
    }

    /** Every node at once, and what they counted is forgotten. */
    void stop() throws InterruptedException, ExecutionException, TimeoutException {
        List<Future<Void>> stopping =
                started.stream().map(one -> vertx.undeploy(one.deployment())).toList();
        started = List.of();
        sinks.clear();
        await(Future.all(stopping));
    }

    /** In order. */
    List<NodeInfo> nodes() {
        return started.stream().map(Started::node).toList();
    }

    List<CountingSink> sinks() {
        return List.copyOf(sinks);
    }

    /** By all nodes. */
    long received() {
        return sinks.stream().mapToLong(CountingSink::received).sum();
    }

    /** Pushes for a room that the node does not hold. */
    long strays() {
        return sinks.stream().mapToLong(CountingSink::strays).sum();
    }

    private static void tell(List<InterestFeed> feeds, Held held) {
        for (int room = 0; room < held.rooms(); room++) {
            feeds.get(room % feeds.size()).roomCame(RoomsOfNode.PREFIX + room);
        }
        for (int user = 0; user < held.users(); user++) {
            feeds.get(user % feeds.size()).userCame("user-" + user);
        }
    }

    private Future<Started> serve(CountingSink sink, int index, InterestFeed feed, Set<String> capabilities) {
        String instanceId = UUID.randomUUID().toString();
        String name = "counting-" + index;
        AtomicInteger port = new AtomicInteger();
        return vertx.deployVerticle(new InboxVerticle(
                        InboxConfig.read(settings(Map.of("node.grpc.port", "0"))),
                        new InboxIdentity(instanceId, () -> name),
                        sink,
                        feed,
                        manager -> {},
                        clocks,
                        meters,
                        health,
                        Tracing.off(),
                        port::set))
                .map(deployment -> new Started(
                        deployment,
                        new NodeInfo(
                                name, "127.0.0.1:" + port.get(), instanceId, false, "", "bench", capabilities, 0)));
    }

    /** Defaults but for these. */
    static ConfigReader settings(Map<String, String> values) {
        Map<String, ConfigValue> commandLine = new HashMap<>();
        values.forEach((key, text) -> commandLine.put(key, ConfigValue.scalar(text, "benchmark")));
        return new LayeredConfigReader(new ConfigSources(Role.all(), commandLine, Map.of(), Map.of(), List.of()));
    }

    static <T> T await(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}
