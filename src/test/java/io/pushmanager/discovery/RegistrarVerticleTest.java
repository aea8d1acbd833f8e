package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.CLOCKS;
import static io.pushmanager.discovery.Fixture.config;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.letPass;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static io.pushmanager.discovery.Fixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.etcd.jetcd.api.KeyValue;
import io.pushmanager.config.Role;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RegistrarVerticleTest {

    private static final String ADDRESS = "10.0.0.1:50052";
    private static final String KEY = "/services/connect-node/" + ADDRESS;
    private static final Duration TTL = Duration.ofSeconds(2);

    private EtcdServer etcd;
    private Fixture fixture;
    private RegistrarVerticle registrar;

    @BeforeEach
    void start(Vertx vertx) {
        etcd = EtcdServer.start();
        fixture = new Fixture(vertx);
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    @Test
    void writesItsValueUnderALeaseAndKeepsItAlive(Vertx vertx) {
        register(vertx, etcd.endpoint());

        assertThat(fixture.health.isReady()).isTrue();
        KeyValue first = entry();
        assertThat(first.getLease()).isNotZero();
        assertThat(first.getValue()).isEqualTo(EtcdValue.write(node(ADDRESS, "i1")));
        letPass(TTL.plusSeconds(1)); // etcd ends a lease within half a second of its time
        assertThat(entry()).isEqualTo(first);
    }

    @Test
    void saysThatItDrainsUnderTheSameLeaseAndRevokesItAtTheEnd(Vertx vertx) {
        String id = register(vertx, etcd.endpoint());
        long lease = entry().getLease();

        done(registrar.announceDrain());
        assertThat(entry().getLease()).isEqualTo(lease);
        assertThat(entry().getValue().toStringUtf8()).contains("\"state\":\"draining\"");

        done(vertx.undeploy(id));
        assertThat(etcd.list(KEY)).isEmpty();
    }

    @Test
    void registersAgainWhenItsLeaseWasRevoked(Vertx vertx) {
        register(vertx, etcd.endpoint());
        long lease = entry().getLease();

        etcd.revoke(lease);

        within(Duration.ofSeconds(5)).until(() -> !etcd.list(KEY).isEmpty());
        assertThat(entry().getLease()).isNotEqualTo(lease);
        soon().until(() -> !fixture.ownRegistration.isLost());
    }

    @Test
    void writesItsKeyAgainWhenSomebodyDeletedIt(Vertx vertx) {
        register(vertx, etcd.endpoint());

        etcd.delete(KEY);

        within(Duration.ofSeconds(5)).until(() -> !etcd.list(KEY).isEmpty());
    }

    @Test
    void writesItsKeyAgainWhenAnotherInstanceStandsThere(Vertx vertx) {
        register(vertx, etcd.endpoint());

        etcd.put(KEY, EtcdValue.write(node(ADDRESS, "i0")), etcd.grant(60));

        within(Duration.ofSeconds(5)).until(() -> entry().getValue().equals(EtcdValue.write(node(ADDRESS, "i1"))));
        assertThat(fixture.lines()).anyMatch(line -> line.contains("another process started with the same address"));
    }

    @Test
    void registersAgainInAnEtcdThatLostItsData(Vertx vertx) {
        register(vertx, etcd.endpoint());

        etcd.killHard();
        etcd.wipe();
        etcd.restart();

        within(Duration.ofSeconds(5)).until(() -> !etcd.list(KEY).isEmpty());
    }

    @Test
    @Tag("fault-6")
    void registersAgainAfterSilenceLongerThanItsLease(Vertx vertx) {
        try (CuttableLink link = CuttableLink.to(etcd.port())) {
            register(vertx, link.endpoint());
            long lease = entry().getLease();

            link.cut();
            soon().until(() -> etcd.list(KEY).isEmpty());
            soon().until(() -> fixture.ownRegistration.isLost());
            assertThat(fixture.health.isReady())
                    .as("losing etcd never unsets ready")
                    .isTrue();

            link.mend();
            within(Duration.ofSeconds(5)).until(() -> !etcd.list(KEY).isEmpty());
            assertThat(entry().getLease()).isNotEqualTo(lease);
            soon().until(() -> !fixture.ownRegistration.isLost());
        }
    }

    @Test
    void saysOnceThatSilenceCostTheRegistrationHoweverOftenItTriesAgain(Vertx vertx) {
        try (CuttableLink link = CuttableLink.to(etcd.port())) {
            register(vertx, link.endpoint());

            link.cut();
            soon().until(() -> fixture.ownRegistration.isLost());

            Awaitility.await()
                    .during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> fixture.lines().stream()
                                    .filter(line -> line.contains("is lost"))
                                    .count()
                            == 1);
        }
    }

    @Test
    void isNotLostForGoodWhenTheLeaseOutlivedTheSilence(Vertx vertx) {
        register(vertx, etcd.endpoint());
        long lease = entry().getLease();
        etcd.killHard();
        soon().until(() -> fixture.ownRegistration.isLost());
        etcd.restart(); // and starts every lease's time anew

        soon().until(() -> !fixture.ownRegistration.isLost());
        assertThat(entry().getLease()).isEqualTo(lease);
    }

    @Test
    @Tag("fault-1")
    void startsWithoutEtcdAndRegistersOnceItComes(Vertx vertx) {
        etcd.killHard();
        registrar = verticle(etcd.endpoint());
        done(vertx.deployVerticle(registrar));
        letPass(Duration.ofSeconds(3));

        assertThat(fixture.health.failures()).containsOnlyKeys(RegistrarVerticle.HEALTH_CHECK);
        assertThat(fixture.linesAtLeast(Level.INFO)).isEqualTo(1);

        etcd.restart();
        within(Duration.ofSeconds(4)).until(() -> fixture.health.isReady());
        assertThat(etcd.list(KEY)).isNotEmpty();
    }

    @Test
    void stopsInTimeWhileEtcdIsAway(Vertx vertx) {
        String id = register(vertx, etcd.endpoint());
        etcd.freeze();

        within(Duration.ofSeconds(5)).until(() -> {
            done(vertx.undeploy(id));
            return true;
        });
        etcd.thaw();
    }

    private String register(Vertx vertx, String endpoint) {
        registrar = verticle(endpoint);
        String id = done(vertx.deployVerticle(registrar));
        soon().until(() -> fixture.ownRegistration.everRegistered());
        return id;
    }

    private RegistrarVerticle verticle(String endpoint) {
        EtcdAccess access = new EtcdAccess(config(endpoint, Duration.ofSeconds(3), TTL), CLOCKS);
        return new RegistrarVerticle(
                access, Role.CONNECT_NODE, node(ADDRESS, "i1"), fixture.ownRegistration, fixture.health);
    }

    private KeyValue entry() {
        List<KeyValue> entries = etcd.entries(KEY);
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }
}
