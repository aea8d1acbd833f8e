package io.pushmanager.discovery;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.KeyMirror.Change;
import io.pushmanager.core.membership.ManagersSeen;
import io.pushmanager.core.membership.Membership;
import io.pushmanager.core.membership.MembershipAction;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a Connect-Node call itself ready once every live Push-Manager has connected to it, or ten seconds have passed.
 *
 * <p>Which managers live is read from etcd, or given when everything is in this JVM. The check {@value #HEALTH_CHECK} of
 * readiness fails until then, naming who is missing, and never after it.
 */
public final class ManagersVerticle extends VerticleBase implements EtcdPrefixWatch.Listener {

    public static final String HEALTH_CHECK = "managers";

    private static final Logger log = LoggerFactory.getLogger(ManagersVerticle.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long TICK_MILLIS = 50;

    private final @Nullable EtcdAccess etcd;
    private final Map<String, String> embeddedManagers;
    private final RegistrationState ownRegistration;
    private final Health health;
    private final Clocks clocks;
    private final ManagersSeen seen;
    private final Membership managers = new Membership(0);
    private final LogBudget warnings;
    private final @Nullable SharedManagerIds ids;
    private @Nullable EtcdPrefixWatch watch;
    private long timer;

    private ManagersVerticle(
            @Nullable EtcdAccess etcd,
            Map<String, String> embeddedManagers,
            RegistrationState ownRegistration,
            @Nullable SharedManagerIds ids,
            Health health,
            Clocks clocks,
            Duration patience) {
        this.ids = ids;
        this.etcd = etcd;
        this.embeddedManagers = embeddedManagers;
        this.ownRegistration = ownRegistration;
        this.health = health;
        this.clocks = clocks;
        this.seen = new ManagersSeen(patience.toNanos());
        this.warnings = new LogBudget(20, clocks);
        health.down(HEALTH_CHECK, seen.waitingFor());
    }

    /**
     * The managers that etcd knows.
     *
     * @param ids told of them too
     */
    public static ManagersVerticle inEtcd(
            EtcdAccess etcd, RegistrationState ownRegistration, SharedManagerIds ids, Health health) {
        return inEtcd(etcd, ownRegistration, ids, health, PATIENCE);
    }

    static ManagersVerticle inEtcd(
            EtcdAccess etcd,
            RegistrationState ownRegistration,
            SharedManagerIds ids,
            Health health,
            Duration patience) {
        return new ManagersVerticle(etcd, Map.of(), ownRegistration, ids, health, etcd.clocks(), patience);
    }

    /**
     * The managers of this JVM.
     *
     * @param managers manager ids by instance_id
     */
    public static ManagersVerticle embedded(Map<String, String> managers, Health health, Clocks clocks) {
        RegistrationState here = new RegistrationState();
        here.registered();
        return new ManagersVerticle(null, Map.copyOf(managers), here, null, health, clocks, PATIENCE);
    }

    @Override
    public Future<?> start() {
        Bus.of(vertx).consume(Addresses.MANAGERS_SEEN, manager -> seen.managerConnected(manager.instanceId()));
        if (etcd == null) {
            embeddedManagers.forEach(seen::managerUp);
            seen.listed();
        } else {
            watch = new EtcdPrefixWatch(Role.PUSH_MANAGER, etcd, vertx, context, this);
            watch.start();
        }
        timer = vertx.setPeriodic(TICK_MILLIS, tick -> judge());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (watch != null) {
            watch.stop();
        }
        return Future.succeededFuture();
    }

    @Override
    public void changed(Change<EtcdEntry> change) {
        String address = change.key().substring(Role.PUSH_MANAGER.prefix().length());
        if (change instanceof Change.Put<EtcdEntry> put) {
            try {
                NodeInfo manager =
                        EtcdValue.read(Role.PUSH_MANAGER, address, put.value().value(), put.revision());
                carryOut(managers.put(manager, put.value().leased()));
            } catch (EtcdValue.BadValueException bad) {
                carryOut(managers.invalid(address, put.revision(), String.valueOf(bad.getMessage())));
            }
        } else {
            carryOut(managers.deleted(address, change.revision(), null, clocks.nanoTime()));
        }
    }

    @Override
    public void listed() {
        seen.listed();
    }

    @Override
    public void away() {
        // Readiness does not depend on etcd once it was given; before, it waits or its patience ends.
    }

    @Override
    public void back() {
        // as above
    }

    private void carryOut(List<MembershipAction> actions) {
        for (MembershipAction action : actions) {
            if (ids != null) {
                ids.tell(action);
            }
            if (action instanceof MembershipAction.Up up) {
                expect(up.node());
            } else if (action instanceof MembershipAction.Changed changed) {
                expect(changed.node());
            } else if (action instanceof MembershipAction.Down down) {
                seen.managerDown(down.node().instanceId());
            } else if (action instanceof MembershipAction.Warned warned
                    && warned.warning() != MembershipAction.Warning.SAME_NODE_ID) { // said by ids
                warnings.run(() -> log.warn("Push-Managers: {}", LogText.safe(warned.text())));
            }
        }
    }

    private void expect(NodeInfo manager) {
        // One that does not say its instance_id cannot be recognised when it calls; one that drains will not call.
        if (manager.draining() || manager.instanceId().isEmpty()) {
            seen.managerDown(manager.instanceId());
        } else {
            seen.managerUp(manager.instanceId(), manager.nodeId());
        }
    }

    private void judge() {
        long now = clocks.nanoTime();
        if (ownRegistration.everRegistered()) {
            seen.registered(now);
        }
        if (!seen.isReady(now)) {
            health.down(HEALTH_CHECK, seen.waitingFor());
            return;
        }
        health.up(HEALTH_CHECK);
        Set<String> missing = seen.missing();
        if (!missing.isEmpty()) {
            log.warn(
                    "ready without these Push-Managers, which have not connected: {}",
                    LogText.safe(missing.toString()));
        }
        vertx.cancelTimer(timer);
    }
}
