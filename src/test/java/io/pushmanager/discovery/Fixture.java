package io.pushmanager.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.Bus;
import io.pushmanager.bus.LinkState;
import io.pushmanager.bus.MembershipEvent;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.bus.MembershipEvent.NodeUp;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.discovery.DiscoveryConfig.Endpoint;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.slf4j.LoggerFactory;

/** A Vert.x with what discovery needs around it, and an ear on what it says. */
final class Fixture {

    static final Clocks CLOCKS = new Clocks(System::nanoTime, System::currentTimeMillis);

    static final String PREFIX = "/services/connect-node/";
    static final String A = "10.0.0.1:50052";
    static final String B = "10.0.0.2:50052";
    static final String C = "10.0.0.3:50052";

    record Heard(MembershipEvent event, long atNanos) {}

    final Vertx vertx;
    final Bus bus;
    final Health health = new Health();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Meters meters = new Meters(registry);
    final RegistrationState ownRegistration = new RegistrationState();
    final List<Heard> heard = new CopyOnWriteArrayList<>();
    final ListAppender<ILoggingEvent> log = new ListAppender<>();

    Fixture(Vertx vertx) {
        this.vertx = vertx;
        this.bus = Bus.of(vertx);
        bus.consume(Addresses.MEMBERSHIP, event -> heard.add(new Heard(event, System.nanoTime())));
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        ((Logger) LoggerFactory.getLogger("io.pushmanager.discovery")).addAppender(log);
    }

    /** @param endpoints separated by commas */
    static DiscoveryConfig config(String endpoints, Duration resync, Duration leaseTtl) {
        return new DiscoveryConfig(
                Stream.of(endpoints.split(",")).map(Fixture::endpoint).toList(),
                "",
                "",
                Duration.ofSeconds(1),
                resync,
                leaseTtl,
                Duration.ofSeconds(60));
    }

    private static Endpoint endpoint(String text) {
        int colon = text.lastIndexOf(':');
        return new Endpoint(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)), false);
    }

    static EtcdAccess access(String endpoint) {
        return access(endpoint, Duration.ofMillis(500));
    }

    static EtcdAccess access(String endpoint, Duration resync) {
        return new EtcdAccess(config(endpoint, resync, Duration.ofSeconds(10)), CLOCKS);
    }

    static <T> T done(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static ConditionFactory within(Duration time) {
        return await().atMost(time).pollInterval(Duration.ofMillis(5)).pollDelay(Duration.ZERO);
    }

    static ConditionFactory soon() {
        return within(Duration.ofSeconds(10));
    }

    /** Lets time go by in which something must not happen. */
    static void letPass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(5)).until(() -> System.nanoTime() - end >= 0);
    }

    static NodeInfo node(String address, String instanceId) {
        return new NodeInfo("node-" + address, address, instanceId, false, "ws://x/ws", "1", Set.of(), 0);
    }

    static String value(String address, String instanceId) {
        return EtcdValue.write(node(address, instanceId)).toStringUtf8();
    }

    String discover(EtcdAccess etcd) {
        return done(vertx.deployVerticle(new EtcdDiscoveryVerticle(etcd, "m1", ownRegistration, meters, health)));
    }

    void awaitListed() {
        soon().until(() -> heardOf(MembershipEvent.Listed.class).size() == 1);
    }

    void connected(NodeInfo node, boolean connected) {
        bus.send(Addresses.LINK_STATES, new LinkState(node.address(), node.instanceId(), connected));
    }

    <E extends MembershipEvent> List<E> heardOf(Class<E> type) {
        return heard.stream()
                .map(Heard::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** Instance ids by address of what is up; fails if anything was up twice or down without up. */
    Map<String, String> up() {
        Map<String, String> up = new TreeMap<>();
        for (Heard one : heard) {
            if (one.event() instanceof NodeUp told) {
                assertThat(up.put(told.node().address(), told.node().instanceId()))
                        .as("up twice")
                        .isNull();
            } else if (one.event() instanceof NodeDown told) {
                assertThat(up.remove(told.node().address()))
                        .as("down without up")
                        .isEqualTo(told.node().instanceId());
            }
        }
        return up;
    }

    double staleness() {
        return registry.get("push_manager_membership_staleness_seconds").gauge().value();
    }

    long linesAtLeast(Level level) {
        return log.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(level))
                .count();
    }

    List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
