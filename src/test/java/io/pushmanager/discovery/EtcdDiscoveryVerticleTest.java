package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.A;
import static io.pushmanager.discovery.Fixture.B;
import static io.pushmanager.discovery.Fixture.C;
import static io.pushmanager.discovery.Fixture.PREFIX;
import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static io.pushmanager.discovery.Fixture.value;
import static io.pushmanager.discovery.Fixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.MembershipEvent.Listed;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.config.Role;
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

/** Nodes that come and go in an etcd that is well, and what is told of them. */
@ExtendWith(VertxExtension.class)
class EtcdDiscoveryVerticleTest {

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
    void seesANewNodeAndOneThatLeavesByTheWatch(Vertx vertx) {
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
            String id = done(vertx.deployVerticle(registrar));
            soon().until(() -> fixture.up().containsKey(A));

            fixture.connected(node(A, "i1"), true);
            done(registrar.announceDrain());
            done(vertx.undeploy(id));
            soon().until(() -> !fixture.up().containsKey(A));
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
