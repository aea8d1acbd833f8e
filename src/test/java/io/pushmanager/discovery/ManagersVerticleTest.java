package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.CLOCKS;
import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.ManagerSeen;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ManagersVerticleTest {

    private static final String PREFIX = "/services/push-manager/";

    @Test
    void aNodeIsReadyWhenEveryLiveManagerHasConnected(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            put(etcd, "m1", "10.0.1.1:50053", "i1", false);
            put(etcd, "m2", "10.0.1.2:50053", "i2", false);
            put(etcd, "leaving", "10.0.1.3:50053", "i3", true);
            etcd.put(PREFIX + "10.0.1.4:50053", "10.0.1.4:50053"); // cannot be recognised
            etcd.put(PREFIX + "10.0.1.5:50053", "bad");
            done(vertx.deployVerticle(ManagersVerticle.inEtcd(
                    access(etcd.endpoint()), fixture.ownRegistration, ids(fixture), fixture.health)));
            fixture.bus.send(Addresses.MANAGERS_SEEN, new ManagerSeen("i1"));
            fixture.ownRegistration.registered();

            soon().until(() -> fixture.health.failures().equals(Map.of("managers", "not connected yet: m2")));
            fixture.bus.send(Addresses.MANAGERS_SEEN, new ManagerSeen("i2"));
            soon().until(fixture.health::isReady);
        }
    }

    @Test
    void aNodeIsReadyWithoutAManagerThatNeverConnectsAndNamesIt(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            put(etcd, "absent", "10.0.1.1:50053", "i1", false);
            done(vertx.deployVerticle(ManagersVerticle.inEtcd(
                    access(etcd.endpoint()),
                    fixture.ownRegistration,
                    ids(fixture),
                    fixture.health,
                    Duration.ofSeconds(1))));
            fixture.ownRegistration.registered();

            soon().until(() -> fixture.health.failures().equals(Map.of("managers", "not connected yet: absent")));
            soon().until(fixture.health::isReady);
            soon().until(() -> fixture.lines().stream().anyMatch(line -> line.contains("[absent]")));
        }
    }

    @Test
    void theManagersOfThisJvmAreWaitedForToo(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        done(vertx.deployVerticle(ManagersVerticle.embedded(Map.of("i1", "m1"), fixture.health, CLOCKS)));

        soon().until(() -> fixture.health.failures().equals(Map.of("managers", "not connected yet: m1")));
        fixture.bus.send(Addresses.MANAGERS_SEEN, new ManagerSeen("i1"));
        soon().until(fixture.health::isReady);
    }

    @Test
    @Tag("bad-input-23")
    void managersWithOneIdAreNamedForAsLongAsThereAreSeveral(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        SharedManagerIds ids = new SharedManagerIds(fixture.health, new Meters(registry));
        try (EtcdServer etcd = EtcdServer.start()) {
            put(etcd, "m1", "10.0.1.1:50053", "i1", false);
            put(etcd, "leaving", "10.0.1.3:50053", "i3", true);
            put(etcd, "leaving", "10.0.1.4:50053", "i4", false);
            done(vertx.deployVerticle(RegistryMirrorVerticle.managers(access(etcd.endpoint()), ids)));
            put(etcd, "m1", "10.0.1.2:50053", "i2", false);

            soon().until(() -> fixture.health
                    .notices()
                    .equals(Map.of("manager.id", "several Push-Managers are m1: 10.0.1.1:50053, 10.0.1.2:50053")));
            assertThat(fixture.lines())
                    .filteredOn(line -> line.contains("10.0.1.1:50053") && line.contains("10.0.1.2:50053"))
                    .hasSize(1);
            assertThat(registry.get("push_shared_manager_ids").gauge().value()).isEqualTo(1);
            etcd.delete(PREFIX + "10.0.1.1:50053");
            soon().until(() -> fixture.health.notices().isEmpty());
        }
    }

    private static SharedManagerIds ids(Fixture fixture) {
        return new SharedManagerIds(fixture.health, new Meters(new SimpleMeterRegistry()));
    }

    private static void put(EtcdServer etcd, String id, String address, String instance, boolean draining) {
        NodeInfo manager = new NodeInfo(id, address, instance, draining, "", "1", Set.of(), 0);
        etcd.put(PREFIX + address, EtcdValue.write(manager).toStringUtf8());
    }
}
