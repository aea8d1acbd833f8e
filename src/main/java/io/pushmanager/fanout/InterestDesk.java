package io.pushmanager.fanout;

import io.micrometer.core.instrument.Meter;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.InterestApplied;
import io.pushmanager.bus.InterestEvent;
import io.pushmanager.core.fanout.FanOut;
import io.pushmanager.core.fanout.InterestRouter;
import io.pushmanager.core.fanout.NodeSlot;
import io.pushmanager.core.interest.InterestChange;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Takes what the nodes say of their interest to the router, on fan-out's own event loop, and says so: a push that is handled after that
 * goes by it.
 *
 * <p><b>Time:</b> once a second it clears away what nodes have left behind, a share in each turn, and looks at the leases for the
 * gauges. <b>Thread:</b> fan-out's event loop; the gauges are read from any.
 */
final class InterestDesk {

    private static final long LOOK_MILLIS = 1_000;
    private static final long CLEAN_MILLIS = 1;

    private final Vertx vertx;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final FanOut fanOut;
    private final InterestRouter router;

    // any thread
    private volatile long entries;
    private volatile long bytes;
    private volatile int untrusted;

    private List<Meter> gauges = List.of();

    InterestDesk(Vertx vertx, Bus bus, Clocks clocks, Meters meters, FanOut fanOut, InterestRouter router) {
        this.vertx = vertx;
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.fanOut = fanOut;
        this.router = router;
    }

    /** On fan-out's context. */
    void open() {
        bus.consume(Addresses.INTEREST, this::onInterest);
        vertx.setPeriodic(LOOK_MILLIS, due -> look());
        gauges = List.of(
                meters.gauge("push_manager_interest_entries", this, desk -> desk.entries),
                meters.gauge("push_manager_interest_table_bytes", this, desk -> desk.bytes),
                meters.gauge("push_manager_interest_stale_nodes", this, desk -> desk.untrusted));
    }

    void close() {
        gauges.forEach(meters::remove);
    }

    private void onInterest(InterestEvent event) {
        NodeSlot client = fanOut.client(event.clientId());
        if (event instanceof InterestEvent.Said said) {
            InterestChange change = said.change();
            if (client != null) {
                router.apply(client, change);
            }
            bus.send(
                    Addresses.interestAppliedTo(event.clientId()),
                    new InterestApplied(change.stream(), change.version(), change.ends(), client == null));
        } else if (event instanceof InterestEvent.Leased leased && client != null) {
            router.granted(client, leased.stream(), leased.atVersion(), leased.untilNanos());
        }
    }

    private void look() {
        clean();
        entries = router.entries();
        bytes = router.tableBytes();
        untrusted = router.untrusted(fanOut.nodes(), clocks.nanoTime());
    }

    private void clean() {
        if (router.clean()) {
            vertx.setTimer(CLEAN_MILLIS, later -> clean());
        }
    }
}
