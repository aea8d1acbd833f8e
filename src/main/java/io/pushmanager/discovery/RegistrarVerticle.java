package io.pushmanager.discovery;

import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.telemetry.Health;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/**
 * Registers one role of this process in etcd from its deployment until its undeployment.
 *
 * <p>{@code start()} does not wait for etcd; {@code stop()} revokes the lease, within the call time-out. The check
 * {@value #HEALTH_CHECK} of readiness fails until the first registration and never after it.
 */
public final class RegistrarVerticle extends VerticleBase {

    public static final String HEALTH_CHECK = "registered";

    private final EtcdAccess etcd;
    private final Role role;
    private final NodeInfo self;
    private final RegistrationState state;
    private final @Nullable Health health;
    private volatile @Nullable Context home;
    private @Nullable Registrar registrar;

    /**
     * @param self what to say of this process
     * @param health when readiness waits for the registration; null when it does not
     */
    public RegistrarVerticle(
            EtcdAccess etcd, Role role, NodeInfo self, RegistrationState state, @Nullable Health health) {
        this.etcd = etcd;
        this.role = role;
        this.self = self;
        this.state = state;
        this.health = health;
        if (health != null) {
            health.down(HEALTH_CHECK, "not registered in etcd yet");
        }
    }

    @Override
    public Future<?> start() {
        registrar = new Registrar(role, self, etcd, vertx, context, state, this::firstRegistered);
        registrar.start();
        home = context;
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return registrar == null ? Future.succeededFuture() : registrar.close();
    }

    /**
     * Says in etcd that this process is leaving. Completes when etcd has it; while etcd is away it does not complete, so
     * bound the wait. <b>Thread:</b> any.
     */
    public Future<Void> announceDrain() {
        Context running = home;
        if (running == null) {
            return Future.failedFuture("not deployed");
        }
        Promise<Void> announced = Promise.promise();
        running.runOnContext(onContext -> {
            if (registrar != null) {
                registrar.update(self.asDraining()).onComplete(announced);
            }
        });
        return announced.future();
    }

    private void firstRegistered() {
        if (health != null) {
            health.up(HEALTH_CHECK);
        }
    }
}
