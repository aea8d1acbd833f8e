package io.pushmanager.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.pushmanager.core.message.Api;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of the product, by its name in the contract. Never a user, room or message id as a label.
 *
 * <p><b>Thread:</b> any. <b>Bound:</b> label values are enums, status codes, and node ids (removed with the node).
 */
public final class Meters {

    private static final Duration[] API_BUCKETS = {
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<Api, Timer> apiDurations = new EnumMap<>(Api.class);
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Api api : Api.values()) {
            Timer timer = Timer.builder("push_manager_api_duration")
                    .description("Time from a push's arrival to its reply")
                    .tag("api", api.label())
                    .serviceLevelObjectives(API_BUCKETS)
                    .register(registry);
            apiDurations.put(api, timer);
        }
    }

    /** One call came to an end. {@code code} is the gRPC status name, such as {@code OK}. */
    public void apiRequest(Api api, String code, long durationNanos) {
        counter("push_manager_api_requests", "api", api.label(), "code", code).increment();
        Objects.requireNonNull(apiDurations.get(api)).record(Duration.ofNanos(durationNanos));
    }

    public void pushSucceeded(Api api) {
        counter("push_manager_push_success", "api", api.label()).increment();
    }

    /** No node accepted a push that had nodes to go to. */
    public void pushFailed(Api api, String reason) {
        counter("push_manager_push_failed", "api", api.label(), "reason", reason)
                .increment();
    }

    /** How many nodes were contacted for a push. */
    public void nodesContacted(Api api, int nodes) {
        counter("push_manager_broadcast_nodes", "api", api.label()).increment(nodes);
    }

    /** A contacted node had somebody. */
    public void nodeHadSomebody(Api api) {
        counter("push_manager_broadcast_delivered", "api", api.label()).increment();
    }

    public void mailboxDropped(String node, String reason) {
        counter("push_manager_mailbox_dropped", "node", node, "reason", reason).increment();
    }

    /** A Connect-Node received a push. */
    public void pushReceived(boolean hasUsers) {
        counter("connect_node_push_received", "has_users", Boolean.toString(hasUsers))
                .increment();
    }

    public void framesWritten(long frames) {
        counter("connect_node_frames_written").increment((double) frames);
    }

    public void framesDropped(String reason, long frames) {
        counter("connect_node_frames_dropped", "reason", reason).increment((double) frames);
    }

    /** A value read whenever the metrics are asked for. {@code tags} are pairs of name and value. */
    public <T> Gauge gauge(String name, T source, ToDoubleFunction<T> value, String... tags) {
        return Gauge.builder(name, source, value)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Takes a gauge or the counters of a node that is gone out of the registry. */
    public void remove(io.micrometer.core.instrument.Meter meter) {
        registry.remove(meter);
    }

    /** Takes the counters of a node that is long gone out of the registry, so that node ids that came and went do not pile up. */
    public void removeCountersOf(String node) {
        // Only this family has the label; its keys are exactly these.
        String prefix = "push_manager_mailbox_dropped|node|" + node + "|reason|";
        counters.forEach((key, counter) -> {
            if (key.startsWith(prefix)) {
                counters.remove(key);
                registry.remove(counter);
            }
        });
    }

    private Counter counter(String name, String... tags) {
        // Looked up by one concatenated key: no Tags allocation on the hot path after the first use.
        String key = tags.length == 0 ? name : name + '|' + String.join("|", tags);
        Counter known = counters.get(key);
        return known != null
                ? known
                : counters.computeIfAbsent(
                        key, absent -> Counter.builder(name).tags(Tags.of(tags)).register(registry));
    }
}
