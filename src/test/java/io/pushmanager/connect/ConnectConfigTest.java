package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.LayeredConfigReader;
import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConnectConfigTest {

    @Test
    void sweepsFourTimesWithinTheShortestTimeout() {
        assertThat(sweepWith("node.pong-timeout", "2s")).isEqualTo(Duration.ofMillis(500));
        assertThat(sweepWith("node.handshake-timeout", "400ms")).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void sweepsEverySecondByDefaultAndNeverInATightLoop() {
        assertThat(ConnectConfig.read(MapConfigReader.empty()).sweepInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(sweepWith("node.ping-interval", "100ms")).isEqualTo(Duration.ofMillis(25));
    }

    @Test
    void connectionsStayBelowTheDescriptorLimit() {
        assertThat(FileDescriptors.fitting(20_000)).isEqualTo(19_200);
        assertThat(FileDescriptors.fitting(1_024)).isBetween(1, 1_023);
        assertThat(FileDescriptors.fitting(256)).isBetween(1, 255);
        assertThat(FileDescriptors.fitting(Long.MAX_VALUE)).isEqualTo(1_000_000);
        assertThat(FileDescriptors.fitting(-1)).isEqualTo(1_000_000);
    }

    @Test
    void percentsOfTheFlushPaceMustBeInOrder() {
        LayeredConfigReader wrong =
                MapConfigReader.of(Map.of("node.flush.idle-percent", "60", "node.flush.busy-percent", "60"));
        ConnectConfig.read(wrong);
        assertThat(wrong.errors()).hasSize(1);
        assertThat(problemOf(wrong)).contains("more than node.flush.idle-percent");
    }

    private static String problemOf(LayeredConfigReader reader) {
        return reader.errors().get(0).problem();
    }

    private static Duration sweepWith(String key, String value) {
        return ConnectConfig.read(MapConfigReader.of(Map.of(key, value))).sweepInterval();
    }
}
