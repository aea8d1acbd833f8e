package io.pushmanager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.HostPort;
import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.testing.MapConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterConfigTest {

    @Test
    void isOffAndOnTheLoopbackUnlessToldOtherwise() {
        ClusterConfig config = ClusterConfig.read(MapConfigReader.empty());

        assertThat(config.enabled()).isFalse();
        assertThat(config.settings().host()).isEqualTo("127.0.0.1");
        assertThat(config.settings().tls()).isEmpty();
        assertThat(config.members()).isEmpty();
    }

    @Test
    void readsMembers() {
        ClusterConfig config =
                ClusterConfig.read(MapConfigReader.of(Map.of("cluster.members", "10.0.0.7:5701, b.example:5702")));

        assertThat(config.members()).containsExactly(new HostPort("10.0.0.7", 5701), new HostPort("b.example", 5702));
    }

    @Test
    void refusesMembersWithoutAPortAndHostsThatNobodyReaches() {
        assertThat(errors(Map.of("cluster.members", "10.0.0.7"))).contains("cluster.members");
        assertThat(errors(Map.of("cluster.members", "10.0.0.7:0"))).contains("cluster.members");
        assertThat(errors(Map.of("cluster.host", "0.0.0.0"))).contains("cluster.host");
        assertThat(errors(Map.of("cluster.public-host", "a:1"))).contains("cluster.public-host");
    }

    @Test
    void refusesToPretendThatTheEngineIsEncrypted() {
        assertThat(errors(Map.of("cluster.tls.mode", "all"))).contains("cluster.tls.mode", "never encrypted");
    }

    @Test
    void asksForTheFilesOfTls() {
        assertThat(errors(Map.of("cluster.tls.mode", "bus")))
                .contains("cluster.tls.certificate", "cluster.tls.key", "cluster.tls.trust");
    }

    @Test
    void encryptsTheBusBothWays() {
        ClusterConfig config = ClusterConfig.read(MapConfigReader.of(Map.of(
                "cluster.tls.mode", "bus",
                "cluster.tls.certificate", "a.crt",
                "cluster.tls.key", "a.key",
                "cluster.tls.trust", "ca.crt")));

        assertThat(config.settings().tls()).contains(new MemberSettings.Tls("a.crt", "a.key", "ca.crt"));
        assertThat(HazelcastSettings.bus(config.settings()).isSsl()).isTrue();
        assertThat(HazelcastSettings.bus(config.settings()).getClientAuth().name())
                .isEqualTo("REQUIRED");
    }

    private static String errors(Map<String, String> values) {
        LayeredConfigReader in = MapConfigReader.of(values);
        ClusterConfig.read(in);
        return in.errors().toString();
    }
}
