package io.pushmanager.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.discovery.DiscoveryConfig.Endpoint;
import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryConfigTest {

    @Test
    void withoutEndpointsThereIsNoEtcd() {
        DiscoveryConfig config = DiscoveryConfig.read(MapConfigReader.of(Map.of()));

        assertThat(config.usesEtcd()).isFalse();
        assertThat(config.resyncInterval()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.leaseTtl()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.suspectTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void endpointsMayBeAddressesOrUrls() {
        DiscoveryConfig config = read("etcd-1:2379, http://etcd-2:2380/,https://etcd-3:2379,[::1]:2379");

        assertThat(config.endpoints())
                .containsExactly(
                        new Endpoint("etcd-1", 2379, false),
                        new Endpoint("etcd-2", 2380, false),
                        new Endpoint("etcd-3", 2379, true),
                        new Endpoint("[::1]", 2379, false));
        assertThat(config.isEtcdOnThisMachine()).isFalse();
        assertThat(read("localhost:2379,127.0.0.1:2379,[::1]:2379").isEtcdOnThisMachine())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd",
                "etcd:0",
                "etcd:70000",
                "etcd:port",
                ":2379",
                "ftp://etcd:2379",
                "http://etcd:2379/v3",
                "http://user:secret@etcd:2379",
                "etcd 1:2379"
            })
    void everyWrongEndpointIsRejected(String wrong) {
        LayeredConfigReader reader = MapConfigReader.of(Map.of("discovery.etcd.endpoints", "good:2379," + wrong));

        DiscoveryConfig config = DiscoveryConfig.read(reader);

        assertThat(reader.errors()).hasSize(1).first().asString().contains("discovery.etcd.endpoints", wrong);
        assertThat(config.endpoints()).hasSize(1);
    }

    @Test
    void aUserNeedsAPasswordAndNeitherIsPrinted() {
        LayeredConfigReader half = MapConfigReader.of(Map.of("discovery.etcd.user", "u"));
        DiscoveryConfig.read(half);
        assertThat(half.errors()).hasSize(1).first().asString().contains("discovery.etcd.password");

        DiscoveryConfig both = DiscoveryConfig.read(
                MapConfigReader.of(Map.of("discovery.etcd.user", "u", "discovery.etcd.password", "hush")));
        assertThat(both.toString()).doesNotContain("hush");
    }

    private static DiscoveryConfig read(String endpoints) {
        return DiscoveryConfig.read(MapConfigReader.of(Map.of("discovery.etcd.endpoints", endpoints)));
    }
}
