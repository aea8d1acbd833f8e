package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.NodeAnnouncer;
import io.pushmanager.core.membership.MembershipAction;
import io.pushmanager.core.membership.MembershipAction.Changed;
import io.pushmanager.core.membership.MembershipAction.Down;
import io.pushmanager.core.membership.MembershipAction.Up;
import io.pushmanager.core.membership.MembershipAction.Warned;
import io.pushmanager.core.membership.MembershipAction.Warning;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what membership decides: the events of this JVM, the public ones, the log, the meters, readiness.
 *
 * <p><b>Bound:</b> lines of one kind are limited a minute; a change of ten thousand nodes does not fill the log.
 * <b>Thread:</b> confined to the discovery verticle's context.
 */
final class MembershipPublisher {

    static final String HEALTH_CHECK = "membership";

    private static final Logger log = LoggerFactory.getLogger(MembershipPublisher.class);

    private final Bus bus;
    private final NodeAnnouncer announcer;
    private final Meters meters;
    private final Health health;
    private final LogBudget changes;
    private final LogBudget warnings;

    MembershipPublisher(Bus bus, NodeAnnouncer announcer, Meters meters, Health health, Clocks clocks) {
        this.bus = bus;
        this.announcer = announcer;
        this.meters = meters;
        this.health = health;
        this.changes = new LogBudget(100, clocks);
        this.warnings = new LogBudget(60, clocks);
    }

    void carryOut(List<MembershipAction> actions) {
        actions.forEach(this::carryOut);
    }

    void listed(int nodes) {
        health.up(HEALTH_CHECK);
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Listed(nodes));
        log.info("membership is known: {} nodes", nodes);
    }

    void staleness(boolean stale, String reason) {
        bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.Staleness(stale, reason));
        if (stale) {
            log.warn("membership may be out of date: {}", reason);
        } else {
            log.info("membership is up to date again");
        }
    }

    private void carryOut(MembershipAction action) {
        if (action instanceof Up up) {
            bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeUp(up.node()));
            announcer.up(up.node());
            changes.run(() -> log.info("node up: {}", describe(up.node())));
        } else if (action instanceof Down down) {
            bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeDown(down.node(), down.reason()));
            announcer.down(down.node());
            changes.run(() -> log.info("node down: {}: {}", describe(down.node()), down.reason()));
        } else if (action instanceof Changed changed) {
            bus.publish(Addresses.MEMBERSHIP, new MembershipEvent.NodeChanged(changed.node(), changed.suspect()));
            changes.run(() -> log.info(
                    "node {}: {}",
                    changed.suspect()
                            ? "suspect, its key is gone but its connection lives"
                            : changed.node().draining() ? "draining" : "changed",
                    describe(changed.node())));
        } else if (action instanceof Warned warned) {
            if (warned.warning() == Warning.INVALID_VALUE) {
                meters.invalidRegistryValue();
            }
            warnings.run(() -> log.warn("{}", LogText.safe(warned.text())));
        }
    }

    private static String describe(NodeInfo node) {
        return LogText.safe(node.nodeId() + " at " + node.address() + ", instance "
                + (node.instanceId().isEmpty() ? "unknown" : node.instanceId()));
    }
}
