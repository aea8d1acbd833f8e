package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.CLOCKS;
import static io.pushmanager.discovery.Fixture.done;
import static io.pushmanager.discovery.Fixture.node;
import static io.pushmanager.discovery.Fixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.bus.MembershipEvent.Listed;
import io.pushmanager.bus.MembershipEvent.NodeChanged;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class EmbeddedDiscoveryVerticleTest {

    private static final String A = "127.0.0.1:50052";
    private static final String B = "127.0.0.1:50054";

    @Test
    void tellsTheNodesOfThisJvmAsTheyComeChangeAndGo(Vertx vertx) {
        Fixture fixture = new Fixture(vertx);
        EmbeddedRegistry registry = new EmbeddedRegistry();
        registry.put(node(A, "i1"));
        done(vertx.deployVerticle(
                new EmbeddedDiscoveryVerticle(registry, "m1", fixture.meters, fixture.health, CLOCKS)));

        fixture.awaitListed();
        assertThat(fixture.up()).isEqualTo(Map.of(A, "i1"));
        assertThat(fixture.heard.get(1).event()).isEqualTo(new Listed(1));
        assertThat(fixture.health.isReady()).isTrue();

        registry.put(node(B, "i2"));
        soon().until(() -> fixture.up().containsKey(B));
        registry.put(node(B, "i2").asDraining());
        soon().until(() -> fixture.heardOf(NodeChanged.class).size() == 1);
        fixture.connected(node(A, "i1"), true);
        registry.remove(A);
        soon().until(() -> fixture.up().equals(Map.of(B, "i2")));
    }
}
