package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.A;
import static io.pushmanager.discovery.Fixture.B;
import static io.pushmanager.discovery.Fixture.PREFIX;
import static io.pushmanager.discovery.Fixture.access;
import static io.pushmanager.discovery.Fixture.letPass;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static io.pushmanager.discovery.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pushmanager.bus.MembershipEvent.NodeDown;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.testing.EtcdServer;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys and values in etcd that are not as they should be. */
@ExtendWith(VertxExtension.class)
class EtcdBadEntryVerticleTest {

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
}
