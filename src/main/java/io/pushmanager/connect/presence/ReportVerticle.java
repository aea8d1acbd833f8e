package io.pushmanager.connect.presence;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.ControllerSeen;
import io.pushmanager.config.HostPort;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.presence.ReportQueue;
import io.pushmanager.core.presence.UserReport;
import io.pushmanager.core.text.Printable;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PresenceFrame;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.RateLimitedLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps every Controller told of this node's users, whatever becomes of any of them.
 *
 * <pre>
 *   NodeCensus ──changed──▶ UserMarks ─▶ ReportVerticle ─▶ ReportSender ─▶ ControllerLink ─▶ Controller
 *   NodeHub ◀──states of the changed──────────────────────────┘      (one each for every Controller)
 * </pre>
 *
 * <p>A client's join waits for none of this. Of Controllers that share a store one is told; the others get heartbeats.
 *
 * <p><b>Bound:</b> one link a Controller, {@value #MAX_MARKS} marks. <b>Thread:</b> its own event loop. <b>Failure:</b> a link
 * that ends is opened again, after 0.1 to 2 s, for as long as the Controller is known.
 */
public final class ReportVerticle extends VerticleBase implements ControllerLink.Owner {

    static final int MAX_MARKS = 100_000;

    private static final Logger log = LoggerFactory.getLogger(ReportVerticle.class);

    private final NodeInfo self;
    private final NodeHub hub;
    private final List<HostPort> fixed;
    private final Bus bus;
    private final Clocks clocks;
    private final Meters meters;
    private final DoubleSupplier random;
    private final RateLimitedLog troubles;

    // event loop only
    private final UserMarks marks;
    private @Nullable ControllerLinks controllers;

    private volatile int told;
    private volatile int waiting;
    private long epoch;

    /**
     * @param self what to say of this node
     * @param fixed Controllers that need not be in the registry
     * @param random in [0, 1)
     */
    public ReportVerticle(
            NodeInfo self,
            NodeHub hub,
            List<HostPort> fixed,
            Bus bus,
            Clocks clocks,
            Meters meters,
            DoubleSupplier random) {
        this.self = self;
        this.hub = hub;
        this.fixed = List.copyOf(fixed);
        this.bus = bus;
        this.clocks = clocks;
        this.meters = meters;
        this.random = random;
        this.troubles = new RateLimitedLog(log, Duration.ofMinutes(1), clocks);
        this.marks = new UserMarks(MAX_MARKS, this::wakeUp);
    }

    @Override
    public Future<?> start() {
        controllers = new ControllerLinks(vertx, this, clocks, random);
        hub.census().onUserChange(marks);
        meters.gauge("connect_node_controllers", this, verticle -> verticle.told);
        meters.gauge("connect_node_report_waiting", this, verticle -> verticle.waiting);
        bus.consume(Addresses.CONTROLLERS, this::seen);
        fixed.forEach(address -> controllers().known(address, true));
        return Future.succeededFuture();
    }

    /** Tells every Controller that this node is leaving. */
    @Override
    public Future<?> stop() {
        marks.wanted(false);
        return controllers().leave();
    }

    /** Tells at once how this node is, draining included, rather than with the next heartbeat. <b>Thread:</b> any. */
    public void beat() {
        context.runOnContext(task -> controllers().links().forEach(ControllerLink::beat));
    }

    private void seen(ControllerSeen seen) {
        HostPort.parse(seen.address()).ifPresent(address -> {
            if (seen.up()) {
                controllers().known(address, false);
            } else {
                controllers().gone(address);
            }
        });
    }

    @Override
    public PresenceFrame hello() {
        return ReportMapper.hello(self, hub);
    }

    @Override
    public PresenceFrame heartbeat() {
        count();
        return ReportMapper.heartbeat(hub);
    }

    @Override
    public void welcomed(ControllerLink link) {
        log.info("Controller {} at {} knows this node", Printable.escape(link.controllerId()), link.address());
        tellOneOf(link.storeId());
    }

    @Override
    public void ended(ControllerLink link, String why) {
        if (!controllers().lost(link)) {
            return;
        }
        if (link.isWelcome()) {
            log.warn("lost the Controller at {}: {}", link.address(), Printable.escape(why));
            tellOneOf(link.storeId());
        } else {
            troubles.log(Level.WARN, "no Controller at {}: {}", link.address(), Printable.escape(why));
        }
        count();
    }

    /** Sees to it that one of the Controllers with this store is told of everything. */
    private void tellOneOf(String storeId) {
        ControllerLink next = null;
        for (ControllerLink link : controllers().links()) {
            if (link.isWelcome() && link.storeId().equals(storeId)) {
                if (link.isTold()) {
                    return;
                }
                next = next == null ? link : next;
            }
        }
        if (next != null) {
            marks.wanted(true);
            ControllerLink chosen = next;
            chosen.tell(() -> new ReportSender(
                    new ReportQueue(ReportSender.BATCH_USERS, MAX_MARKS),
                    ++epoch,
                    chosen.window(),
                    chosen,
                    () -> hub.census().userIds(),
                    this::statesOf,
                    meters::reportSnapshot));
            count();
        }
    }

    /** Completes on this verticle's event loop. */
    private Future<List<UserReport>> statesOf(List<String> users) {
        Promise<List<UserReport>> here = Promise.promise();
        hub.statesOf(users).onComplete(states -> context.runOnContext(task -> here.handle(states)));
        return here.future();
    }

    private void wakeUp() {
        context.runOnContext(task -> {
            UserMarks.Taken taken = marks.take();
            meters.reportChanges(taken.users().size());
            for (ControllerLink link : controllers().links()) {
                ReportSender sender = link.sender();
                if (sender != null) {
                    sender.changed(taken);
                }
            }
            count();
        });
    }

    private void count() {
        int telling = 0;
        int most = 0;
        for (ControllerLink link : controllers().links()) {
            ReportSender sender = link.sender();
            if (sender != null) {
                telling++;
                most = Math.max(most, sender.waiting());
            }
        }
        told = telling;
        waiting = most;
        marks.wanted(telling > 0);
    }

    private ControllerLinks controllers() {
        return Objects.requireNonNull(controllers); // since the start
    }
}
