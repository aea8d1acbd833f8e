package io.pushmanager.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pushmanager.core.message.Api;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of one way in. All are there from the start, at 0, and found without building a key: several are counted
 * for every push.
 *
 * <p><b>Thread:</b> any. <b>Bound:</b> codes and reasons are constants of the product.
 */
final class ApiMeters {

    private static final Duration[] BUCKETS = {
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
    private final Api api;
    private final Timer duration;
    private final Map<String, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Counter> failed = new ConcurrentHashMap<>();
    private final Counter succeeded;
    private final Counter nodes;
    private final Counter delivered;

    ApiMeters(MeterRegistry registry, Api api) {
        this.registry = registry;
        this.api = api;
        this.duration = Timer.builder("push_manager_api_duration")
                .description("Time from a push's arrival to its reply")
                .tag("api", api.label())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        this.succeeded = counter("push_manager_push_success", "Pushes that a node accepted, or that concerned nobody");
        this.nodes = counter("push_manager_broadcast_nodes", "Nodes contacted");
        this.delivered = counter("push_manager_broadcast_delivered", "Nodes contacted that had somebody");
        requests("OK");
        failed("MAILBOX_FULL");
        failed("NO_NODE_ACCEPTED");
    }

    void request(String code, long durationNanos) {
        requests(code).increment();
        duration.record(Duration.ofNanos(durationNanos));
    }

    void pushSucceeded() {
        succeeded.increment();
    }

    void pushFailed(String reason) {
        failed(reason).increment();
    }

    void nodesContacted(int count) {
        nodes.increment(count);
    }

    void nodeHadSomebody() {
        delivered.increment();
    }

    private Counter requests(String code) {
        Counter known = requests.get(code);
        return known != null
                ? known
                : requests.computeIfAbsent(
                        code, absent -> counter("push_manager_api_requests", "Calls that ended", "code", code));
    }

    private Counter failed(String reason) {
        Counter known = failed.get(reason);
        return known != null
                ? known
                : failed.computeIfAbsent(
                        reason,
                        absent ->
                                counter("push_manager_push_failed", "Pushes that no node accepted", "reason", reason));
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name)
                .description(description)
                .tag("api", api.label())
                .tags(tags)
                .register(registry);
    }
}
