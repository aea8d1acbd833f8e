package io.pushmanager.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublisherConfigTest {

    @Test
    void hasDocumentedDefaults() {
        assertThat(PublisherConfig.read(MapConfigReader.empty()))
                .isEqualTo(new PublisherConfig(10_000, 64L << 20, Duration.ofSeconds(5)));
    }

    @Test
    void readsEveryKey() {
        assertThat(PublisherConfig.read(MapConfigReader.of(
                        Map.of("publisher.max-in-flight", "7", "publisher.default-timeout", "800ms"))))
                .isEqualTo(new PublisherConfig(7, 64L << 20, Duration.ofMillis(800)));
    }
}
