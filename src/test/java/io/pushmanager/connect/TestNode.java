package io.pushmanager.connect;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.connect.hub.HubAnswer;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.core.message.Content;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.DeliveryCounts;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.testing.MapConfigReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Connect-Node's client side on a free port, with two event loops unless told otherwise. For threads that may wait. */
final class TestNode {

    private static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Health health = new Health();
    final NodeHub hub;
    final ConnectNode node;

    private TestNode(Vertx vertx, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("node.http.port", "0", "node.event-loops", "2"));
        all.putAll(settings);
        ConnectConfig config = ConnectConfig.read(MapConfigReader.of(all));
        hub = new NodeHub("node-1", () -> "127.0.0.1:50052", config.hub(), CLOCKS, new Meters(registry));
        node = await(ConnectNode.deploy(vertx, config, hub, CLOCKS, health));
    }

    static TestNode start(Vertx vertx, String... keysAndValues) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new TestNode(vertx, settings);
    }

    int port() {
        return node.port();
    }

    RawWebSocket open(String query) {
        return RawWebSocket.open(port(), query);
    }

    DeliveryCounts push(String messageId, Target target, String text) {
        return ((HubAnswer.Delivered) answer(messageId, target, text)).counts();
    }

    HubAnswer answer(String messageId, Target target, String text) {
        return await(hub.deliver(new HubPush(messageId, target, Content.text(text, 1234567890))));
    }

    /** Counts that are complete, or given up, once the node knows. */
    Future<DeliveryCounts> report(HubPush push) {
        return hub.deliver(push.withReport()).map(answer -> ((HubAnswer.Delivered) answer).counts());
    }

    double dropped(String reason) {
        return registry.get("connect_node_frames_dropped")
                .tag("reason", reason)
                .counter()
                .count();
    }

    double written() {
        return registry.get("connect_node_frames_written").counter().count();
    }

    List<HubAnswer> pushAll(HubPush... pushes) {
        return await(hub.deliverAll(List.of(pushes)));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
