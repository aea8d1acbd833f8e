package io.pushmanager.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutedConfigTest {

    private static final long MILLI = 1_000_000;

    @Test
    void readsEveryKey() {
        RoutedConfig config = RoutedConfig.read(MapConfigReader.of(Map.of(
                "routing.routed.visibility", "2s",
                "routing.routed.cache-ttl", "1s",
                "routing.routed.lookup-timeout", "3s",
                "routing.routed.max-entries", "4")));

        assertThat(config.limits().ttlNanos()).isEqualTo(1_000 * MILLI);
        assertThat(config.limits().nobodyTtlNanos()).isEqualTo(200 * MILLI);
        assertThat(config.limits().maxEntries()).isEqualTo(4);
        assertThat(config.lookupTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(FanoutConfig.read(MapConfigReader.of(Map.of("routing.mode", "routed")))
                        .routing())
                .isEqualTo(RoutingMode.ROUTED);
    }

    @Test
    void aCacheTimeThatLeavesNothingForReportsIsRejected() {
        LayeredConfigReader in = MapConfigReader.of(Map.of("routing.routed.cache-ttl", "1s"));

        RoutedConfig.read(in);

        assertThat(in.errors()).singleElement().satisfies(error -> assertThat(error.toString())
                .contains("routing.routed.cache-ttl", "less than routing.routed.visibility"));
    }
}
