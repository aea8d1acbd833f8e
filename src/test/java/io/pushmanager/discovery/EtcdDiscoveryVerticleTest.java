package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.letPass;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static io.pushmanager.discovery.Fixture.value;
import static io.pushmanager.discovery.Fixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.protobuf.ByteString;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent.Listed;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.bus.MembershipEvent.Staleness;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.testing.CuttableLink;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EtcdDiscoveryVerticleTest {

    private static final String PREFIX = "/services/connect-node/";
    private static final String A = "10.0.0.1:50052";
    private static final String B = "10.0.0.2:50052";
    private static final String C = "10.0.0.3:50052";
    private static final Duration NEVER = Duration.ofMinutes(10);

    @Test
    void tellsTheNodesOfTheFirstListAndThenThatItIsComplete(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put(PREFIX + A, value(A, "i1"));
            etcd.put(PREFIX + B, B);
            etcd.put("/services/connect-nodes/" + C, C); // another folder
            fixture.discover(access(etcd.endpoint()));

            fixture.awaitListed();
            assertThat(fixture.up()).isEqualTo(Map.of(A, "i1", B, ""));
            assertThat(fixture.heard.get(2).event()).isEqualTo(new Listed(2));
            assertThat(fixture.health.isReady()).isTrue();
        }
    }

    @Test
    void seesANewNodeAndOneThatLeavesByTheWatchWithinThreeHundredMilliseconds(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            EtcdAccess access = access(etcd.endpoint(), NEVER);
            fixture.discover(access);
            fixture.awaitListed();
            // The first one warms the path up and shows that the watch is open.
            etcd.put(PREFIX + C, value(C, "i"));
            soon().until(() -> fixture.up().containsKey(C));

            RegistrarVerticle registrar =
                    new RegistrarVerticle(access, Role.CONNECT_NODE, node(A, "i1"), new RegistrationState(), null);
            long began = System.nanoTime();
            String id = done(vertx.deployVerticle(registrar));
            soon().until(() -> fixture.up().containsKey(A));
            assertThat(Duration.ofNanos(fixture.heardAt(NodeUp.class, A) - began))
                    .isLessThan(Duration.ofMillis(300));

            fixture.connected(node(A, "i1"), true);
            done(registrar.announceDrain());
            long revoking = System.nanoTime();
            done(vertx.undeploy(id));
            soon().until(() -> !fixture.up().containsKey(A));
            assertThat(Duration.ofNanos(fixture.heardAt(NodeDown.class, A) - revoking))
                    .isLessThan(Duration.ofMillis(300));
            assertThat(fixture.heardOf(NodeDown.class)).last().satisfies(down -> assertThat(down.reason())
                    .isEqualTo("it drained and left"));
        }
    }

    @Test
    void aConnectedNodeWhoseKeyGoesIsSuspectUntilItsConnectionDies(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put(PREFIX + A, value(A, "i1"));
            fixture.discover(access(etcd.endpoint()));
            fixture.awaitListed();
            fixture.connected(node(A, "i1"), true);

            etcd.delete(PREFIX + A);
            soon().until(() -> !fixture.heardOf(NodeChanged.class).isEmpty());
            assertThat(fixture.heardOf(NodeChanged.class).get(0).suspect()).isTrue();
            assertThat(fixture.up()).containsKey(A);

            fixture.connected(node(A, "i1"), false);
            soon().until(() -> fixture.up().isEmpty());
        }
    }

    @Test
    void tellsAnythingOnTheBusInPlainJson(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        List<JsonObject> told = new CopyOnWriteArrayList<>();
        vertx.eventBus().<JsonObject>consumer(Addresses.NODE_UP, message -> told.add(message.body()));
        vertx.eventBus().<JsonObject>consumer(Addresses.NODE_DOWN, message -> told.add(message.body()));
        try (EtcdServer etcd = EtcdServer.start()) {
            long put = etcd.put(PREFIX + A, value(A, "i1"));
            fixture.discover(access(etcd.endpoint()));
            fixture.awaitListed();
            long deleted = etcd.delete(PREFIX + A);

            soon().until(() -> told.size() == 2);
            JsonObject expected = new JsonObject()
                    .put("node_id", "node-" + A)
                    .put("address", A)
                    .put("instance_id", "i1")
                    .put("manager_id", "m1")
                    .put("revision", put);
            assertThat(told).containsExactly(expected, expected.copy().put("revision", deleted));
        }
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
            done(vertx.deployVerticle(
                    new RegistrarVerticle(access, Role.CONNECT_NODE, node(A, "i1"), new RegistrationState(), null)));
            soon().until(() -> etcd.list(PREFIX).size() == 1);
            fixture.discover(access);
            fixture.awaitListed();
            fixture.connected(node(A, "i1"), true);

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
            done(vertx.deployVerticle(
                    new RegistrarVerticle(access, Role.CONNECT_NODE, node(A, "i1"), new RegistrationState(), null)));
            for (int i = 0; i < 50; i++) {
                etcd.put(PREFIX + B, value(B, "i" + i)); // a history to fall behind
            }
            fixture.discover(access);
            fixture.awaitListed();
            fixture.connected(node(A, "i1"), true);

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

    @Test
    @Tag("fault-8")
    void takesTenThousandChangesAtOnceWithoutHoldingTheEventLoop(Vertx unused) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (EtcdServer etcd = EtcdServer.start()) {
            Fixture fixture = new Fixture(vertx);
            fixture.discover(access(etcd.endpoint(), Duration.ofSeconds(3)));
            fixture.awaitListed();
            AtomicLong longestNanos = longestTurnOf(vertx);

            // A machine that does other things meanwhile makes a turn longer, never shorter: the best of three counts.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 3 && least >= Duration.ofMillis(100).toNanos(); round++) {
                fixture.heard.clear();
                longestNanos.set(0);
                comeAndGo(vertx, etcd, fixture);
                least = Math.min(least, longestNanos.get());
            }

            assertThat(Duration.ofNanos(least)).isLessThan(Duration.ofMillis(100));
            assertThat(fixture.lines().size()).as("lines in the log").isLessThan(500);
        } finally {
            done(vertx.close());
        }
    }

    /** 10,000 nodes come, are listed by a second one at its start, and go. */
    private static void comeAndGo(Vertx vertx, EtcdServer etcd, Fixture fixture) {
        Map<String, String> ten = new LinkedHashMap<>();
        for (int i = 0; i < 10_000; i++) {
            String address = "10.1." + i / 250 + "." + i % 250 + ":50052";
            ten.put(PREFIX + address, value(address, "i1"));
        }
        etcd.putAll(ten);
        within(Duration.ofSeconds(20)).until(() -> fixture.heardOf(NodeUp.class).size() == 10_000);
        String second = done(vertx.deployVerticle(new EtcdDiscoveryVerticle(
                access(etcd.endpoint()), "m2", fixture.ownRegistration, fixture.meters, fixture.health)));
        within(Duration.ofSeconds(20)).until(() -> fixture.heardOf(Listed.class).size() == 1);
        fixture.heard.clear();
        etcd.deletePrefix(PREFIX);
        within(Duration.ofSeconds(20))
                .until(() -> fixture.heardOf(NodeDown.class).size() == 20_000);
        done(vertx.undeploy(second));
    }

    @Test
    @Tag("bad-input-19")
    void skipsBadValuesCountsThemLogsThemOnceAndKeepsTheLastGoodOne(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put(PREFIX + A, value(A, "i1"));
            for (int i = 0; i < 40; i++) {
                // together more than one message may hold
                etcd.put(PREFIX + "10.0.9." + i + ":1", ByteString.copyFrom(new byte[1 << 20]), 0);
            }
            fixture.discover(access(etcd.endpoint()));
            fixture.awaitListed();
            assertThat(fixture.up()).isEqualTo(Map.of(A, "i1"));

            etcd.put(PREFIX + A, "");
            etcd.put(PREFIX + "10.0.9.41:1", "not json");
            etcd.put(PREFIX + "10.0.9.42:99999", "10.0.9.42:99999");
            etcd.put(PREFIX + "no\naddress", "{}");
            etcd.put(PREFIX + B, value(B, "i1"));

            soon().until(() -> fixture.up().equals(Map.of(A, "i1", B, "i1")));
            soon().until(() -> invalidCount(fixture) == 44);
            letPass(Duration.ofMillis(1_200)); // two resyncs
            assertThat(invalidCount(fixture)).isEqualTo(44);
            assertThat(fixture.heardOf(NodeDown.class)).isEmpty();
            assertThat(fixture.lines().stream().filter(line -> line.contains("10.0.9.41:1")))
                    .hasSize(1);
            assertThat(fixture.lines()).noneMatch(line -> line.contains("\n"));
        }
    }

    @Test
    @Tag("bad-input-20")
    void servesBothKeysOfOneNodeIdAndWarns(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            NodeInfo first = node(A, "i1");
            etcd.put(PREFIX + A, EtcdValue.write(first).toStringUtf8());
            etcd.put(PREFIX + B, EtcdValue.write(first).toStringUtf8().replace(A + "\",\"M", B + "\",\"M"));
            fixture.discover(access(etcd.endpoint()));

            fixture.awaitListed();
            assertThat(fixture.up()).containsOnlyKeys(A, B);
            assertThat(fixture.lines())
                    .anyMatch(line -> line.contains("node_id node-" + A) && line.contains("the newest is " + B));
        }
    }

    @Test
    @Tag("bad-input-21")
    void acceptsAKeyWithoutALeaseAndFlagsIt(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        try (EtcdServer etcd = EtcdServer.start()) {
            etcd.put(PREFIX + A, ByteString.copyFromUtf8(value(A, "i1")), etcd.grant(60));
            etcd.put(PREFIX + B, value(B, "i1"));
            fixture.discover(access(etcd.endpoint()));

            fixture.awaitListed();
            assertThat(fixture.up()).containsOnlyKeys(A, B);
            assertThat(fixture.lines()).anyMatch(line -> line.contains(B + " has no lease"));
            assertThat(fixture.lines()).noneMatch(line -> line.contains(A + " has no lease"));
        }
    }

    private static double invalidCount(Fixture fixture) {
        var counter = fixture.registry.find("push_manager_discovery_invalid").counter();
        return counter == null ? 0 : counter.count();
    }

    /** The CPU time of the longest stretch in which the one event loop did not come to a timer that is due. */
    private static AtomicLong longestTurnOf(Vertx vertx) {
        var threads = ManagementFactory.getThreadMXBean();
        AtomicLong longest = new AtomicLong();
        long[] last = {-1};
        vertx.setPeriodic(1, tick -> {
            long now = threads.getCurrentThreadCpuTime();
            if (last[0] >= 0) {
                longest.accumulateAndGet(now - last[0], Math::max);
            }
            last[0] = now;
        });
        return longest;
    }
}
