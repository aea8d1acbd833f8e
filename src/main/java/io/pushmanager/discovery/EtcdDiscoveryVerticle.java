package io.pushmanager.discovery;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Gauge;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.NodeAnnouncer;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.Membership;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Push-Manager which Connect-Nodes etcd knows.
 *
 * <pre>
 *   etcd ──▶ EtcdPrefixWatch ──changes──▶ Membership ──actions──▶ MembershipPublisher ──▶ bus
 *                                             ▲
 *   node clients ──LinkState──────────────────┘
 * </pre>
 *
 * <p>{@code start()} completes at once: whether etcd can be reached is state, told by readiness and staleness.
 * <b>Thread:</b> its own event loop. Consumers of {@link Addresses#MEMBERSHIP} must be there before it is deployed.
 */
public final class EtcdDiscoveryVerticle extends VerticleBase implements EtcdPrefixWatch.Listener {

    private static final long TICK_MILLIS = 200;

    private final EtcdAccess etcd;
    private final Clocks clocks;
    private final Meters meters;
    private final Health health;
    private final String managerId;
    private final RegistrationState ownRegistration;
    private final Membership membership;

    private volatile long staleSinceNanos;
    private volatile boolean stale;
    private @Nullable MembershipPublisher publisher;
    private @Nullable EtcdPrefixWatch nodes;
    private @Nullable Gauge staleness;

    /**
     * @param managerId stands in the public events
     * @param ownRegistration of this manager: while it is lost, new nodes do not wait for it
     */
    public EtcdDiscoveryVerticle(
            EtcdAccess etcd, String managerId, RegistrationState ownRegistration, Meters meters, Health health) {
        this.etcd = etcd;
        this.clocks = etcd.clocks();
        this.managerId = managerId;
        this.ownRegistration = ownRegistration;
        this.meters = meters;
        this.health = health;
        this.membership = new Membership(etcd.config().suspectTimeout().toNanos());
        health.down(MembershipPublisher.HEALTH_CHECK, "the first list of nodes has not come yet");
    }

    @Override
    public Future<?> start() {
        Bus bus = Bus.of(vertx);
        publisher = new MembershipPublisher(bus, new NodeAnnouncer(vertx, managerId), meters, health, clocks);
        bus.consume(Addresses.LINK_STATES, this::linkChanged);
        staleness = meters.gauge(
                "push_manager_membership_staleness_seconds", this, EtcdDiscoveryVerticle::stalenessSeconds);
        nodes = new EtcdPrefixWatch(Role.CONNECT_NODE, etcd, vertx, context, this);
        nodes.start();
        vertx.setPeriodic(TICK_MILLIS, tick -> tick());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (nodes != null) {
            nodes.stop();
        }
        if (staleness != null) {
            meters.remove(staleness);
        }
        return Future.succeededFuture();
    }

    @Override
    public void changed(Change<EtcdEntry> change) {
        String address = change.key().substring(Role.CONNECT_NODE.prefix().length());
        if (change instanceof Change.Put<EtcdEntry> put) {
            put(address, put.value(), put.revision());
        } else if (change instanceof Change.Deleted<EtcdEntry> deleted) {
            publisher()
                    .carryOut(membership.deleted(
                            address, deleted.revision(), readable(address, deleted.unseen()), clocks.nanoTime()));
        }
    }

    @Override
    public void listed() {
        publisher().listed(membership.nodes().size());
    }

    @Override
    public void away() {
        membership.sourceLost(clocks.nanoTime());
        judgeStaleness();
    }

    @Override
    public void back() {
        membership.sourceRegained(clocks.nanoTime());
        judgeStaleness();
    }

    private void put(String address, EtcdEntry entry, long revision) {
        try {
            NodeInfo node = EtcdValue.read(Role.CONNECT_NODE, address, entry.value(), revision);
            publisher().carryOut(membership.put(node, entry.leased()));
        } catch (EtcdValue.BadValueException bad) {
            publisher().carryOut(membership.invalid(address, revision, String.valueOf(bad.getMessage())));
        }
    }

    private static @Nullable NodeInfo readable(String address, @Nullable EtcdEntry entry) {
        ByteString value = entry == null ? ByteString.EMPTY : entry.value();
        try {
            return EtcdValue.read(Role.CONNECT_NODE, address, value, 0);
        } catch (EtcdValue.BadValueException saysNothing) {
            return null;
        }
    }

    private void linkChanged(LinkState link) {
        publisher().carryOut(membership.link(link.address(), link.instanceId(), link.connected()));
    }

    private void tick() {
        publisher().carryOut(membership.tick(clocks.nanoTime()));
        judgeStaleness();
    }

    private void judgeStaleness() {
        boolean etcdAway = nodes != null && nodes.isAway();
        boolean now = etcdAway || ownRegistration.isLost();
        if (now == stale) {
            return;
        }
        long silentNanos = nodes == null ? 0 : nodes.silentNanos();
        staleSinceNanos = etcdAway ? clocks.nanoTime() - silentNanos : ownRegistration.lostAtNanos();
        stale = now;
        publisher()
                .staleness(
                        now,
                        !now
                                ? ""
                                : etcdAway
                                        ? "etcd has not been heard for " + TimeUnit.NANOSECONDS.toSeconds(silentNanos)
                                                + " s"
                                        : "this manager's own registration is lost");
    }

    private double stalenessSeconds() {
        return stale ? (clocks.nanoTime() - staleSinceNanos) / 1e9 : 0;
    }

    private MembershipPublisher publisher() {
        if (publisher == null) {
            throw new IllegalStateException("not started");
        }
        return publisher;
    }
}
