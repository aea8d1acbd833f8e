package io.pushmanager.discovery;

import static io.pushmanager.discovery.Fixture.letPass;
import static io.pushmanager.discovery.Fixture.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.config.Role;
import io.pushmanager.testing.EtcdServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RegistrarProcessTest {

    private static final String ADDRESS = "10.0.0.1:50052";
    private static final String KEY = Role.CONNECT_NODE.keyOf(ADDRESS);

    @Test
    @Tag("fault-6")
    void registersAgainWithinFiveSecondsAfterItWasStoppedForLongerThanItsLease() throws Exception {
        try (EtcdServer etcd = EtcdServer.start()) {
            Process process = start(etcd.endpoint());
            try {
                within(Duration.ofSeconds(20)).until(() -> !etcd.list(KEY).isEmpty());

                signal("-STOP", process);
                within(Duration.ofSeconds(20)).until(() -> etcd.list(KEY).isEmpty());
                letPass(Duration.ofSeconds(3));
                signal("-CONT", process);

                within(Duration.ofSeconds(5)).until(() -> !etcd.list(KEY).isEmpty());
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static Process start(String endpoint) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RegistrarProcess.class.getName(),
                        endpoint,
                        ADDRESS)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void signal(String name, Process process) throws Exception {
        int status = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }
}
