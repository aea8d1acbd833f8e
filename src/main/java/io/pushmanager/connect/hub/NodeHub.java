package io.pushmanager.connect.hub;

import io.pushmanager.core.explain.ExplainLimits;
import io.pushmanager.core.explain.NodeDelivery;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All clients of this node, behind one face.
 *
 * <p><b>Thread:</b> any. <b>Order:</b> pushes that one thread delivers one after the other reach every socket in that order.
 * <b>Bound:</b> none of its own: a batch is one task per event loop, so callers limit how many are under way.
 */
public final class NodeHub {

    private record Loop(Context context, RoomHub hub, LoopLanes lanes) {}

    private final String nodeId;
    private final Supplier<String> nodeAddress;
    private final HubSettings settings;
    private final InterestFeed feed;
    private final Clocks clocks;
    private final Meters meters;
    private final NodeCensus census = new NodeCensus();
    private final CopyOnWriteArrayList<Loop> loops = new CopyOnWriteArrayList<>();
    private volatile boolean draining;
    private volatile @Nullable DeliveryTrails trails;

    /** Of a node that tells no manager of its rooms and users. */
    public NodeHub(String nodeId, Supplier<String> nodeAddress, HubSettings settings, Clocks clocks, Meters meters) {
        this(nodeId, nodeAddress, settings, InterestFeed.off(), clocks, meters);
    }

    /**
     * @param nodeAddress the address that is announced for this node, asked for whenever statistics are
     * @param feed told of every room and user
     */
    public NodeHub(
            String nodeId,
            Supplier<String> nodeAddress,
            HubSettings settings,
            InterestFeed feed,
            Clocks clocks,
            Meters meters) {
        this.nodeId = nodeId;
        this.nodeAddress = nodeAddress;
        this.settings = settings;
        this.feed = feed;
        this.clocks = clocks;
        this.meters = meters;
        meters.gauge("connect_node_connections", census, NodeCensus::connections);
        meters.gauge("connect_node_rooms", census, NodeCensus::rooms);
        meters.gauge("connect_node_slow_sockets", this, NodeHub::slowSockets);
    }

    /** The hub of one more event loop, to be used on {@code context} only. */
    public RoomHub attach(Context context) {
        RoomHub hub = new RoomHub(context, nodeId, settings, census, feed, clocks, meters);
        loops.add(new Loop(context, hub, new LoopLanes(context, hub.pushes())));
        return hub;
    }

    public void detach(RoomHub hub) {
        loops.removeIf(loop -> loop.hub() == hub);
    }

    /** Keeps from now on when pushes came and went. */
    public NodeHub explained(ExplainLimits limits) {
        trails = limits.enabled() ? new DeliveryTrails(limits) : null;
        return this;
    }

    /** Each time that the push came, as far as it is remembered, newest first; null when nothing is kept. */
    public @Nullable List<NodeDelivery> explain(String messageId) {
        DeliveryTrails kept = trails;
        return kept == null ? null : kept.find(messageId, clocks.nanoTime());
    }

    /** {@link #deliverAll} of one, whose answer is waited for. */
    public Future<HubAnswer> deliver(HubPush push) {
        return deliverAll(List.of(push)).compose(answers -> HubAnswer.whole(answers.get(0)));
    }

    /**
     * Hands every push to its sockets, in the order of the list, as one task per event loop, which those of a higher priority overtake.
     * All have the priority of the first. The list is not to be changed afterwards. The future completes on the caller's context, when it has one, with one answer for each push in the same order; it
     * does not fail: a push that broke something here is refused with INTERNAL, and the others are delivered.
     */
    public Future<List<HubAnswer>> deliverAll(List<HubPush> pushes) {
        List<Loop> targets = List.copyOf(loops);
        Tally tally = new Tally(pushes.size(), targets.size(), Vertx.currentContext());
        DeliveryTrails kept = trails;
        BatchTrail trail = kept == null ? null : kept.begin(pushes, targets.size(), clocks.nanoTime());
        PushBatch batch = PushBatch.of(pushes, trail);
        for (int i = 0; i < targets.size(); i++) {
            targets.get(i).lanes().add(batch, tally, i);
        }
        return tally.future();
    }

    /**
     * What is known of each of the users over all event loops, as it is when each is asked, in their order. The future completes on
     * any thread, and fails only if something is broken here.
     */
    public Future<List<UserReport>> statesOf(List<String> users) {
        List<Future<List<@Nullable UserState>>> asked = new ArrayList<>();
        for (Loop loop : loops) {
            Promise<List<@Nullable UserState>> promise = Promise.promise();
            loop.context().runOnContext(task -> Future.<List<@Nullable UserState>>future(
                            told -> told.complete(loop.hub().statesOf(users)))
                    .onComplete(promise));
            asked.add(promise.future());
        }
        return Future.all(asked).map(all -> {
            List<UserReport> reports = new ArrayList<>(users.size());
            for (int i = 0; i < users.size(); i++) {
                UserState state = null;
                for (Future<List<@Nullable UserState>> loop : asked) {
                    UserState there = loop.result().get(i);
                    state = state == null || there == null ? (state == null ? there : state) : state.and(there);
                }
                reports.add(new UserReport(users.get(i), state));
            }
            return reports;
        });
    }

    /** The clients for which most waits, at most so many. The future completes on any thread and does not fail. */
    public Future<List<SlowSocket>> slowest(int most) {
        List<Future<List<SlowSocket>>> asked = new ArrayList<>();
        for (Loop loop : loops) {
            Promise<List<SlowSocket>> promise = Promise.promise();
            loop.context()
                    .runOnContext(task -> promise.complete(loop.hub().backlog().slowest(most)));
            asked.add(promise.future());
        }
        return Future.all(asked).map(all -> asked.stream()
                .flatMap(loop -> loop.result().stream())
                .sorted(Comparator.comparingLong(SlowSocket::waitingBytes).reversed())
                .limit(most)
                .toList());
    }

    private int slowSockets() {
        int sum = 0;
        for (Loop loop : loops) {
            sum += loop.hub().backlog().slowCount();
        }
        return sum;
    }

    public NodeStats stats() {
        return new NodeStats(nodeId, nodeAddress.get(), census.connections(), census.rooms(), census.users());
    }

    public NodeCensus census() {
        return census;
    }

    public HubSettings settings() {
        return settings;
    }

    public boolean isDraining() {
        return draining;
    }

    /** From now on whoever wants to connect is refused; who is connected stays. */
    public void refuseNewSockets() {
        draining = true;
    }

    /**
     * Takes no new sockets, asks the others to go, so many a second, and closes those that have not within {@code grace}. Pushes
     * are delivered meanwhile. Completes when every connection is gone.
     */
    public Future<Void> drain(Duration grace, int connectionsPerSecond) {
        refuseNewSockets();
        DrainTimes times = DrainTimes.begin(census.connections(), connectionsPerSecond, grace);
        List<Future<Void>> gone = new ArrayList<>();
        for (Loop loop : loops) {
            Promise<Void> promise = Promise.promise();
            loop.context()
                    .runOnContext(
                            task -> loop.hub().drain(grace.toNanos(), times).onComplete(promise));
            gone.add(promise.future());
        }
        return Future.all(gone).mapEmpty();
    }
}
