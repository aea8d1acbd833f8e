package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.A;
import static io.pushmanager.discovery.Fixture.B;
import static io.pushmanager.discovery.Fixture.C;
import static io.pushmanager.discovery.Fixture.PREFIX;
import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.letPass;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static io.pushmanager.discovery.Fixture.value;
import static io.pushmanager.discovery.Fixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.pushmanager.bus.MembershipEvent.Listed;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.Staleness;
import io.pushmanager.config.Role;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An etcd that is absent, killed, wiped, frozen or out of reach: what stood stays, and what changed meanwhile is found. */
@ExtendWith(VertxExtension.class)
class EtcdOutageVerticleTest {

    /** A process that keeps A in etcd. */
    private static void register(Vertx vertx, EtcdAccess access) {
        done(vertx.deployVerticle(
                new RegistrarVerticle(access, Role.CONNECT_NODE, node(A, "i1"), new RegistrationState(), null)));
    }

    /** Has the first list, and a connection to A. */
    private static void findAndReach(Fixture fixture, EtcdAccess access) {
        fixture.discover(access);
        fixture.awaitListed();
        fixture.connected(node(A, "i1"), true);
    }

    @Test
    @Tag("fault-1")
    void startsWithoutEtcdAndIsReadyOnceItComes(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.allocate()) {
            fixture.discover(access(etcd.endpoint()));
            letPass(Duration.ofSeconds(4));

            assertThat(fixture.health.failures()).containsOnlyKeys("membership");
            assertThat(fixture.heardOf(Listed.class)).isEmpty();
            // that etcd does not answer, and that the picture is old; not a line for each try
            assertThat(fixture.linesAtLeast(Level.INFO)).isEqualTo(2);
            assertThat(fixture.staleness()).isGreaterThan(3);

            etcd.restart();
            etcd.put(PREFIX + A, value(A, "i1"));
            within(Duration.ofSeconds(4)).until(() -> fixture.up().containsKey(A) && fixture.health.isReady());
            assertThat(fixture.staleness()).isZero();
        }
    }

    @Test
    @Tag("fault-2")
    void keepsEveryNodeWhileEtcdIsKilledAndComesBackAfterFiveSeconds(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            EtcdAccess access = access(etcd.endpoint());
            register(vertx, access);
            soon().until(() -> etcd.list(PREFIX).size() == 1);
            findAndReach(fixture, access);

            etcd.killHard();
            letPass(Duration.ofSeconds(5));
            assertThat(fixture.heardOf(Staleness.class)).hasSize(1).first().satisfies(one -> assertThat(one.stale())
                    .isTrue());
            assertThat(fixture.staleness()).isGreaterThan(3);
            assertThat(fixture.health.isReady())
                    .as("losing etcd never unsets ready")
                    .isTrue();

            etcd.restart();
            etcd.put(PREFIX + B, value(B, "i2"));
            within(Duration.ofSeconds(4)).until(() -> fixture.up().containsKey(B));
            within(Duration.ofSeconds(4))
                    .until(() -> fixture.heardOf(Staleness.class).size() == 2);
            letPass(Duration.ofSeconds(1));
            assertThat(fixture.heardOf(NodeDown.class)).isEmpty();
            assertThat(fixture.up()).isEqualTo(Map.of(A, "i1", B, "i2"));
            assertThat(fixture.staleness()).isZero();
        }
    }

    @Test
    @Tag("fault-2")
    void keepsAConnectedNodeWhenEtcdComesBackWithoutItsData(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            EtcdAccess access = access(etcd.endpoint());
            register(vertx, access);
            for (int i = 0; i < 50; i++) {
                etcd.put(PREFIX + B, value(B, "i" + i)); // a history to fall behind
            }
            findAndReach(fixture, access);

            etcd.killHard();
            etcd.wipe();
            etcd.restart();

            // B is nobody's any more; A registers again and was served all the time
            soon().until(() ->
                    fixture.up().equals(Map.of(A, "i1")) && etcd.list(PREFIX).containsKey(PREFIX + A));
            etcd.put(PREFIX + C, value(C, "i3"));
            soon().until(() -> fixture.up().containsKey(C));
            assertThat(fixture.heardOf(NodeDown.class))
                    .extracting(down -> down.node().address())
                    .containsOnly(B);
        }
    }

    @Test
    @Tag("fault-4")
    void theLastListServesWhileTheQuorumIsLostAndWhatChangedIsFoundAfterwards(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        List<EtcdServer> members = EtcdServer.startMembers(3);
        try {
            String endpoints = members.stream().map(EtcdServer::endpoint).collect(Collectors.joining(","));
            members.get(0).put(PREFIX + A, value(A, "i1"));
            findAndReach(fixture, access(endpoints));

            members.get(1).killHard();
            members.get(2).killHard();
            soon().until(() -> fixture.staleness() > 1);
            assertThat(fixture.up()).isEqualTo(Map.of(A, "i1"));
            assertThat(fixture.health.isReady()).isTrue();

            members.get(1).restart();
            soon().until(() -> fixture.staleness() == 0);
            members.get(0).put(PREFIX + B, value(B, "i2"));
            soon().until(() -> fixture.up().equals(Map.of(A, "i1", B, "i2")));
            assertThat(fixture.heardOf(NodeDown.class)).isEmpty();
        } finally {
            members.forEach(EtcdServer::close);
        }
    }

    @Test
    @Tag("fault-3")
    void hasTheExactMembershipAfterItWasCutOffWhileEtcdCompacted(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start();
                CuttableLink link = CuttableLink.to(etcd.port())) {
            etcd.put(PREFIX + A, value(A, "i1"));
            etcd.put(PREFIX + B, value(B, "i1"));
            fixture.discover(access(link.endpoint()));
            fixture.awaitListed();

            link.cut();
            etcd.delete(PREFIX + A);
            etcd.put(PREFIX + B, value(B, "i2"));
            etcd.put(PREFIX + C, value(C, "i1"));
            etcd.put("/somewhere/else", "x");
            etcd.compact(etcd.revision());
            link.mend();

            within(Duration.ofSeconds(5)).until(() -> fixture.up().equals(Map.of(B, "i2", C, "i1")));
            // and the new watch works
            etcd.delete(PREFIX + C);
            soon().until(() -> fixture.up().equals(Map.of(B, "i2")));
        }
    }

    @Test
    @Tag("fault-5")
    void noticesAFrozenEtcdAndItsReturn(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put(PREFIX + A, value(A, "i1"));
            fixture.discover(access(etcd.endpoint()));
            fixture.awaitListed();

            etcd.freeze();
            within(Duration.ofSeconds(5)).until(() -> fixture.staleness() > 0);
            etcd.thaw();
            within(Duration.ofSeconds(5)).until(() -> fixture.staleness() == 0);
            etcd.put(PREFIX + B, value(B, "i1"));
            soon().until(() -> fixture.up().equals(Map.of(A, "i1", B, "i1")));
            assertThat(fixture.heardOf(NodeDown.class)).isEmpty();
        }
    }

    @Test
    void aManagerThatLostItsOwnRegistrationSaysThatItsPictureMayBeOld(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            fixture.ownRegistration.registered();
            fixture.discover(access(etcd.endpoint()));
            fixture.awaitListed();

            fixture.ownRegistration.lost(System.nanoTime());
            soon().until(() -> fixture.heardOf(Staleness.class)
                    .equals(List.of(new Staleness(true, "this manager's own registration is lost"))));
            fixture.ownRegistration.registered();
            soon().until(() -> fixture.heardOf(Staleness.class).size() == 2);
        }
    }
}
