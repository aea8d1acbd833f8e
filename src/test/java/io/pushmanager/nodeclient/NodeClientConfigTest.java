package io.pushmanager.nodeclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.mailbox.MailboxLimits;
import io.pushmanager.core.mailbox.Overflow;
import io.pushmanager.testing.MapConfigReader;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeClientConfigTest {

    @Test
    void readsItsDefaults() {
        assertThat(NodeClientConfig.read(MapConfigReader.empty())).isEqualTo(NodeClientConfig.defaults());
    }

    @Test
    void readsItsKeys() {
        var in = MapConfigReader.of(Map.of(
                "workers", "3",
                "mailbox.max-messages", "7",
                "mailbox.max-bytes", "1MiB",
                "node-client.mailbox.overflow", "drop-oldest",
                "node-client.mailbox.max-waiting-bytes", "2MiB",
                "node-client.mailbox.conflate-for", "3s",
                "node-client.link.low-delay", "4ms",
                "node-client.call-deadline", "1s",
                "node-client.probe-interval", "3s"));

        NodeClientConfig config = NodeClientConfig.read(in);

        assertThat(in.errors()).isEmpty();
        assertThat(config.workers()).isEqualTo(3);
        assertThat(config.mailbox())
                .isEqualTo(new MailboxLimits(7, 1024 * 1024, Overflow.DROP_OLDEST, 2 * 1024 * 1024, 3_000_000_000L));
        assertThat(config.link().lowDelay()).isEqualTo(Duration.ofMillis(4));
        assertThat(config.callDeadline()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.probeInterval()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void readsHowLongALinkIsHeld() {
        var in = MapConfigReader.of(Map.of(
                "node-client.link.max-hold", "0ms",
                "node-client.link.idle-percent", "5",
                "node-client.link.busy-percent", "6"));

        assertThat(NodeClientConfig.read(in).link().hold()).isEqualTo(new LinkConfig.Hold(Duration.ZERO, 5, 6));
        assertThat(in.errors()).isEmpty();
    }

    @Test
    void rejectsABusyShareThatIsNotAboveTheIdleOne() {
        var in = MapConfigReader.of(Map.of("node-client.link.idle-percent", "24"));

        NodeClientConfig.read(in);

        assertThat(in.errors()).singleElement().asString().contains("node-client.link.busy-percent");
    }

    @Test
    void rejectsALongestWaitBelowTheShortest() {
        var in = MapConfigReader.of(Map.of("node-client.reconnect-min", "1s", "node-client.reconnect-max", "10ms"));

        NodeClientConfig.read(in);

        assertThat(in.errors()).singleElement().asString().contains("node-client.reconnect-max");
    }
}
