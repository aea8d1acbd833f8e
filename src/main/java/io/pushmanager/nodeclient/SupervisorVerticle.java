package io.pushmanager.nodeclient;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.bus.MembershipEvent.Staleness;
import io.pushmanager.bus.NodeExplainAnswer;
import io.pushmanager.bus.NodeExplainAnswer.Said;
import io.pushmanager.bus.NodeExplainQuery;
import io.pushmanager.bus.NodeViews;
import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Has one node client running for each Connect-Node that discovery names.
 *
 * <p><b>Order:</b> what happens to one address happens one after the other, so that up-down-up never leaves two clients or
 * none; addresses do not wait for one another. <b>Thread:</b> one event loop. <b>Failure:</b> a node's client that cannot be
 * deployed is tried again; nothing about one node fails the supervisor.
 */
public final class SupervisorVerticle extends VerticleBase {

    private final NodeClientConfig config;
    private final ManagerIdentity manager;
    private final Clocks clocks;
    private final LoopPaces paces;
    private final LoopBeats beats;
    private final OfferDesks desks = new OfferDesks();
    private final LoopHops hops;
    private final Meters meters;
    private final DoubleSupplier jitter;
    private final Tracing tracing;

    // event loop only
    private final NodeSlot.Owner owner = new Slots();
    private final Map<String, NodeSlot> slots = new LinkedHashMap<>();
    private final Promise<Void> empty = Promise.promise();
    private final List<Bus.Subscription> subscriptions = new ArrayList<>();
    private Bus bus;
    private NodeMeters nodeMeters;
    private long clientsSoFar;
    private boolean membershipStale;
    private boolean draining;

    /**
     * @param manager what the nodes are told of this process
     * @param jitter random numbers in [0, 1); called from several threads
     * @param explain how much is remembered of how pushes ended
     */
    @SuppressWarnings("NullAway.Init") // start() sets bus and nodeMeters, before anything can use them
    public SupervisorVerticle(
            NodeClientConfig config,
            ManagerIdentity manager,
            Clocks clocks,
            Meters meters,
            DoubleSupplier jitter,
            Tracing tracing,
            ExplainLimits explain) {
        this.hops = new LoopHops(explain);
        this.config = config;
        this.manager = manager;
        this.clocks = clocks;
        this.paces = new LoopPaces(clocks, config.link().hold());
        this.beats = new LoopBeats(clocks);
        this.meters = meters;
        this.jitter = jitter;
        this.tracing = tracing;
    }

    @Override
    public Future<?> start() {
        bus = Bus.of(vertx);
        nodeMeters = new NodeMeters(meters);
        subscriptions.add(bus.consume(Addresses.MEMBERSHIP, this::onMembership));
        subscriptions.add(bus.answer(Addresses.NODE_VIEWS, query -> Future.succeededFuture(views())));
        subscriptions.add(bus.answer(Addresses.EXPLAIN_NODES, this::explain));
        return Future.succeededFuture();
    }

    private Future<NodeExplainAnswer> explain(NodeExplainQuery query) {
        return hops.find(query.messageId(), query.pushIds()).compose(rows -> {
            Set<String> clientIds = new LinkedHashSet<>(query.clientIds());
            rows.forEach(row -> clientIds.add(row.clientId()));
            Map<String, Future<Said>> asked = new LinkedHashMap<>();
            for (NodeSlot slot : slots.values()) {
                for (String clientId : clientIds) {
                    NodeClientVerticle client = slot.client(clientId);
                    if (client != null) {
                        asked.put(clientId, client.explain(query.messageId()));
                    }
                }
            }
            return Future.all(List.copyOf(asked.values())).map(all -> {
                Map<String, Said> said = new LinkedHashMap<>();
                asked.forEach((clientId, answer) -> said.put(clientId, answer.result()));
                return new NodeExplainAnswer(rows, said);
            });
        });
    }

    /** Ends like {@link #drain} with the configured time-out, unless that was called before. */
    @Override
    public Future<?> stop() {
        drainNow(config.drainTimeout());
        return empty.future()
                .eventually(() -> Future.join(
                        subscriptions.stream().map(Bus.Subscription::cancel).toList()))
                .onComplete(done -> nodeMeters.close());
    }

    /**
     * From any thread: takes no more offers, sends what the mailboxes hold over the connections that live, and undeploys every
     * node client. Completes at {@code timeout} at the latest (and the little that undeploying takes), with what was left counted as failed.
     */
    public Future<Void> drain(Duration timeout) {
        context.runOnContext(now -> drainNow(timeout));
        return empty.future();
    }

    private void drainNow(Duration timeout) {
        draining = true;
        for (NodeSlot slot : List.copyOf(slots.values())) {
            slot.leave(timeout, "this manager is stopping");
        }
        completeWhenEmpty();
    }

    private void onMembership(MembershipEvent event) {
        if (event instanceof Staleness staleness) {
            membershipStale = staleness.stale();
        } else if (draining) {
            return;
        } else if (event instanceof NodeUp up) {
            slot(up.node().address()).want(up.node());
        } else if (event instanceof NodeChanged changed) {
            NodeSlot slot = slots.get(changed.node().address());
            if (slot != null) {
                slot.changed(changed.node(), changed.suspect());
            }
        } else if (event instanceof NodeDown down) {
            NodeSlot slot = slots.get(down.node().address());
            if (slot != null && slot.wants(down.node())) {
                slot.leave(config.drainTimeout(), down.reason());
            }
        }
    }

    private NodeSlot slot(String address) {
        return slots.computeIfAbsent(address, absent -> new NodeSlot(owner, absent, config.drainTimeout()));
    }

    private void completeWhenEmpty() {
        if (draining && slots.isEmpty()) {
            empty.tryComplete();
        }
    }

    private NodeViews views() {
        List<NodeViews.View> views = new ArrayList<>(slots.size());
        for (NodeSlot slot : slots.values()) {
            NodeViews.View view = slot.view();
            if (view != null) {
                views.add(view);
            }
        }
        return new NodeViews(membershipStale, views);
    }

    private final class Slots implements NodeSlot.Owner {
        @Override
        public Vertx vertx() {
            return SupervisorVerticle.this.vertx;
        }

        @Override
        public Context context() {
            return SupervisorVerticle.this.context;
        }

        @Override
        public Bus bus() {
            return SupervisorVerticle.this.bus;
        }

        @Override
        public NodeMeters meters() {
            return nodeMeters;
        }

        @Override
        public NodeClientVerticle client(String clientId, NodeInfo node, NodeStats stats) {
            return new NodeClientVerticle(
                    clientId, node, config, manager, clocks, paces, beats, desks, hops, meters, jitter, stats, tracing);
        }

        @Override
        public String nextClientId(NodeInfo node) {
            clientsSoFar++; // the same process may come again while answers to its former client are still on the bus
            return node.address() + '#' + node.instanceId() + '#' + clientsSoFar;
        }

        @Override
        public void emptied(NodeSlot slot) {
            slots.remove(slot.address());
            completeWhenEmpty();
        }
    }
}
