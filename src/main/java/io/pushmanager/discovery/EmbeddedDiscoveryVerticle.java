package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.NodeAnnouncer;
import io.pushmanager.core.membership.Membership;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Tells a Push-Manager which Connect-Nodes this JVM has: discovery without etcd.
 *
 * <p>A node that leaves the registry is gone at once; there is nobody whose word could be in doubt.
 */
public final class EmbeddedDiscoveryVerticle extends VerticleBase {

    private final EmbeddedRegistry registry;
    private final String managerId;
    private final Meters meters;
    private final Health health;
    private final Clocks clocks;
    private final Membership membership = new Membership(0);
    private @Nullable MembershipPublisher publisher;

    public EmbeddedDiscoveryVerticle(
            EmbeddedRegistry registry, String managerId, Meters meters, Health health, Clocks clocks) {
        this.registry = registry;
        this.managerId = managerId;
        this.meters = meters;
        this.health = health;
        this.clocks = clocks;
        health.down(MembershipPublisher.HEALTH_CHECK, "discovery has not started yet");
    }

    @Override
    public Future<?> start() {
        Bus bus = Bus.of(vertx);
        MembershipPublisher out =
                new MembershipPublisher(bus, new NodeAnnouncer(vertx, managerId), meters, health, clocks);
        publisher = out;
        bus.consume(Addresses.LINK_STATES, this::linkChanged);
        int nodes = registry.listen(new EmbeddedRegistry.Listener() {
            @Override
            public void put(NodeInfo node) {
                context.runOnContext(onContext -> out.carryOut(membership.put(node, true)));
            }

            @Override
            public void removed(String address, long revision) {
                context.runOnContext(onContext -> {
                    long now = clocks.nanoTime();
                    out.carryOut(membership.deleted(address, revision, null, now));
                    out.carryOut(membership.tick(now));
                });
            }
        });
        context.runOnContext(afterTheNodes -> out.listed(nodes));
        meters.gauge("push_manager_membership_staleness_seconds", this, never -> 0);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        registry.silence();
        return Future.succeededFuture();
    }

    private void linkChanged(LinkState link) {
        if (publisher != null) {
            publisher.carryOut(membership.link(link.address(), link.instanceId(), link.connected()));
        }
    }
}
