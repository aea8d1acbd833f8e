package io.pushmanager.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.pushmanager.core.message.Api;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of the product, by its name in the contract. Never a user, room or message id as a label.
 *
 * <p><b>Thread:</b> any. <b>Bound:</b> label values are enums, status codes, and node ids (removed with the node).
 */
public final class Meters {

    private final MeterRegistry registry;
    private final Map<Api, ApiMeters> apis = new EnumMap<>(Api.class);
    private final DistributionSummary linkBatchPushes;
    private final Counter contactedNobody;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    private final Counter routeFound;
    private final Timer routeLookups;
    private final Counter receivedWithUsers;
    private final Counter receivedWithoutUsers;
    private final DistributionSummary receivedBatchPushes;
    private final Timer heldJoins;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        for (Api api : Api.values()) {
            apis.put(api, new ApiMeters(registry, api));
        }
        this.linkBatchPushes =
                DistributionSummary.builder("push_manager_link_batch_pushes").register(registry);
        contactedNobody = counter("push_manager_contacted_nobody");
        routeFound = counter("push_manager_route_cache_hits");
        routeLookups = Timer.builder("push_manager_route_lookup_duration").register(registry);
        receivedWithUsers = counter("connect_node_push_received", "has_users", "true");
        receivedWithoutUsers = counter("connect_node_push_received", "has_users", "false");
        receivedBatchPushes =
                DistributionSummary.builder("connect_node_link_batch_pushes").register(registry);
        heldJoins = Timer.builder("connect_node_joins_held").register(registry);
        counter("connect_node_frames_written");
        for (String reason : List.of("slow_consumer", "expired", "conflated")) {
            counter("connect_node_frames_dropped", "reason", reason);
        }
    }

    /** One call came to an end. {@code code} is the gRPC status name, such as {@code OK}. */
    public void apiRequest(Api api, String code, long durationNanos) {
        of(api).request(code, durationNanos);
    }

    public void pushSucceeded(Api api) {
        of(api).pushSucceeded();
    }

    /** No node accepted a push that had nodes to go to. {@code reason} is one of the product's error reasons. */
    public void pushFailed(Api api, String reason) {
        of(api).pushFailed(reason);
    }

    /** How many nodes took a push into their mailboxes. */
    public void nodesContacted(Api api, int nodes) {
        of(api).nodesContacted(nodes);
    }

    /** A contacted node had somebody. */
    public void nodeHadSomebody(Api api) {
        of(api).nodeHadSomebody();
    }

    /** A contacted node had nobody. */
    public void nodeHadNobody() {
        contactedNobody.increment();
    }

    /** Counts how many nodes each push was taken by, for a process that routes so; see {@code routing.mode}. */
    public IntConsumer nodesOfPushes(String mode) {
        DistributionSummary nodes = DistributionSummary.builder("push_manager_push_nodes")
                .tag("mode", mode)
                .register(registry);
        return nodes::record;
    }

    /** A push was refused before anything was done for it. {@code reason} is one of the product's error reasons. */
    public void ingressRefused(String reason) {
        counter("push_manager_ingress_refused", "reason", reason).increment();
    }

    public void mailboxDropped(String node, String reason) {
        counter("push_manager_mailbox_dropped", "node", node, "reason", reason).increment();
    }

    /** A batch went to a node over its link. */
    public void linkBatchSent(int pushes) {
        linkBatchPushes.record(pushes);
    }

    /** A push found a fresh route. */
    public void routeFound() {
        routeFound.increment();
    }

    /** A push found its route wrong and a new one was looked up. */
    public void rerouted() {
        counter("push_manager_route_reroutes").increment();
    }

    /** A Controller was asked for routes, and has answered or not. */
    public void routeLookup(boolean answered, int targets, long durationNanos) {
        counter("push_manager_route_lookups", "result", answered ? "ok" : "failed")
                .increment();
        counter("push_manager_route_lookup_targets").increment(targets);
        routeLookups.record(durationNanos, TimeUnit.NANOSECONDS);
    }

    /** Other members of the cluster did not reach this one, which has {@code registered} its addresses or {@code joined} again. */
    public void clusterHealed(String how) {
        counter("push_manager_cluster_healed", "how", how).increment();
    }

    /** A value in the registry that nobody can read was skipped. */
    public void invalidRegistryValue() {
        counter("push_manager_discovery_invalid").increment();
    }

    /** A Connect-Node received a push; {@code hasUsers} says whether it held anybody whom it concerned. */
    public void pushReceived(boolean hasUsers) {
        (hasUsers ? receivedWithUsers : receivedWithoutUsers).increment();
    }

    /** As {@link #pushReceived}, for many at once. */
    public void pushesReceived(int withUsers, int withoutUsers) {
        receivedWithUsers.increment(withUsers);
        receivedWithoutUsers.increment(withoutUsers);
    }

    /** A Connect-Node received this many pushes in one batch of a link. */
    public void linkBatchReceived(int pushes) {
        receivedBatchPushes.record(pushes);
    }

    public void framesWritten(long frames) {
        counter("connect_node_frames_written").increment((double) frames);
    }

    public void framesDropped(String reason, long frames) {
        counter("connect_node_frames_dropped", "reason", reason).increment((double) frames);
    }

    /** A client was told that it had joined, or was welcomed, only after every manager knew of it. */
    public void joinHeld(long durationNanos) {
        heldJoins.record(durationNanos, TimeUnit.NANOSECONDS);
    }

    /** Users of this node have changed, each counted once however often it did meanwhile. */
    public void reportChanges(int users) {
        counter("connect_node_report_changes").increment(users);
    }

    /** A Controller is told of every user of this node. */
    public void reportSnapshot() {
        counter("connect_node_report_snapshots").increment();
    }

    /** Users came online at some node that had been at none. */
    public void usersOnline(long users) {
        counter("controller_users_online").increment((double) users);
    }

    /** Users are at no node any more; each is counted once. */
    public void usersOffline(String reason, long users) {
        counter("controller_users_offline", "reason", reason).increment((double) users);
    }

    /** A call to the Controller came to an end. */
    public void controllerRequest(String method, String code) {
        counter("controller_requests", "method", method, "code", code).increment();
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

    private ApiMeters of(Api api) {
        return Objects.requireNonNull(apis.get(api));
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
