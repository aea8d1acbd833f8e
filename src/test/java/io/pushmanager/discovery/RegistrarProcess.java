package io.pushmanager.discovery;

import io.pushmanager.config.Role;
import io.vertx.core.Vertx;
import java.time.Duration;

/** A process that does nothing but be registered: for tests that stop and continue it. */
final class RegistrarProcess {

    /** Arguments: etcd's endpoint, the address to register. */
    public static void main(String[] arguments) {
        EtcdAccess access = new EtcdAccess(
                Fixture.config(arguments[0], Duration.ofSeconds(3), Duration.ofSeconds(1)), Fixture.CLOCKS);
        Fixture.done(Vertx.vertx()
                .deployVerticle(new RegistrarVerticle(
                        access, Role.CONNECT_NODE, Fixture.node(arguments[1], "i1"), new RegistrationState(), null)));
    }

    private RegistrarProcess() {}
}
