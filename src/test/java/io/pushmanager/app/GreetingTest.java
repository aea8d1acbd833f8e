package io.pushmanager.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.HostPort;
import org.junit.jupiter.api.Test;

class GreetingTest {

    @Test
    void commandsAreShortWhereTheDefaultsReachTheProcess() {
        assertThat(Greeting.pushCommand(new HostPort("127.0.0.1", 50053)))
                .isEqualTo("scripts/push-manager push --room room-001 \"Hello\"");
        assertThat(Greeting.tailCommand("ws://127.0.0.1:8080/ws"))
                .isEqualTo("scripts/push-manager tail --user u1 --room room-001");
    }

    @Test
    void commandsNameTheAddressThatReachesTheProcess() {
        assertThat(Greeting.pushCommand(new HostPort("127.0.0.1", 61053))).contains("--address 127.0.0.1:61053 ");
        assertThat(Greeting.pushCommand(new HostPort("10.0.0.7", 50053))).contains("--address 10.0.0.7:50053 ");
        assertThat(Greeting.tailCommand("ws://127.0.0.1:61080/ws")).contains("--url ws://127.0.0.1:61080/ws ");
    }
}
