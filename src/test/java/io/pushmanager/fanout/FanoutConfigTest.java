package io.pushmanager.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FanoutConfigTest {

    @Test
    void hasDocumentedDefaults() {
        FanoutConfig config = FanoutConfig.read(MapConfigReader.empty());

        assertThat(config.limits().creditsPerNode()).isEqualTo(2_000);
        assertThat(config.limits().maxOpenPushes()).isEqualTo(100_000);
        assertThat(config.limits().onceMaxIds()).isEqualTo(100_000);
        assertThat(config.limits().onceWindowNanos())
                .isEqualTo(Duration.ofMinutes(2).toNanos());
        assertThat(config.routing()).isEqualTo(RoutingMode.INTEREST);
        assertThat(config.leaseOfNodes()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.firstListGrace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void readsEveryKey() {
        FanoutConfig config = FanoutConfig.read(MapConfigReader.of(Map.of(
                "routing.mode", "broadcast",
                "routing.interest.lease", "3s",
                "fanout.credits-per-node", "3",
                "fanout.max-open-pushes", "4",
                "fanout.once.max-ids", "5",
                "fanout.once.window", "6s",
                "fanout.first-list-grace", "7ms",
                "fanout.drain-timeout", "8ms")));

        assertThat(config.routing()).isEqualTo(RoutingMode.BROADCAST);
        assertThat(config.interestLease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.leaseOfNodes()).as("nobody goes by it").isZero();
        assertThat(config.limits().creditsPerNode()).isEqualTo(3);
        assertThat(config.limits().maxOpenPushes()).isEqualTo(4);
        assertThat(config.limits().onceMaxIds()).isEqualTo(5);
        assertThat(config.limits().onceWindowNanos())
                .isEqualTo(Duration.ofSeconds(6).toNanos());
        assertThat(config.firstListGrace()).isEqualTo(Duration.ofMillis(7));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofMillis(8));
    }
}
