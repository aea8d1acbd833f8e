package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the process ends: by signals, by a port in use, by wrong configuration. */
class ExitIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    @Tag("fault-20")
    void aFirstSigtermTellsSocketsToGoClosesThemWith1001AndExitsWith0() throws IOException {
        try (Stage stage = new Stage(1);
                PushManagerProcess product = PushManagerProcess.all("drained").env("PM_DRAIN_SOCKET_GRACE", "1s")) {
            stage.start(product);
            stage.open(
                    List.of(Stage.socket("s1", product, "u1", "room-1"), Stage.socket("s2", product, "u2", "room-1")));
            product.terminate();
            await("drain frames").atMost(SOON).until(() -> stats(stage, "drains") == 2);
            assertThat(product.isReady()).isFalse();
            assertThat(product.awaitExit(SOON)).isZero();
            await("closed").atMost(SOON).until(() -> stats(stage, "closed") == 2);
            assertThat(closeCodes(stage)).containsExactly(1001, 1001);
        }
    }

    @Test
    @Tag("fault-20")
    void aSecondSigtermEndsItAtOnce() {
        try (Stage stage = new Stage(1);
                PushManagerProcess product = PushManagerProcess.all("hurried").env("PM_DRAIN_SOCKET_GRACE", "25s")) {
            stage.start(product);
            stage.open(List.of(Stage.socket("s1", product, "u1", "room-1")));
            product.terminate();
            await("drain frame").atMost(SOON).until(() -> stats(stage, "drains") == 1);
            product.terminate();
            assertThat(product.awaitExit(Duration.ofSeconds(2))).isNotZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GRPC_PORT", "CONNECT_NODE_GRPC_PORT", "HTTP_PORT", "METRICS_PORT"})
    @Tag("bad-input-22")
    void aPortInUseIsNamedAndExitsWith1(String variable) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PushManagerProcess product =
                        PushManagerProcess.all("port-in-use").env(variable, Integer.toString(taken.getLocalPort()))) {
            product.start();
            assertThat(product.awaitExit(SOON)).as(product.output()).isEqualTo(1);
            assertThat(product.output()).contains(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    @Tag("bad-input-22")
    void everyConfigurationErrorIsNamedAtOnceAndExitsWith2() throws IOException {
        Path file = Files.createTempFile("push-manager", ".yaml");
        Files.writeString(file, "manager:\n  id: m\nmailbox:\n  max-mesages: 10\nworkers: many\n");
        try (PushManagerProcess product = PushManagerProcess.all("misconfigured")
                .env("METRICS_PORT", "70000")
                .env("LISTEN_HOST", "0.0.0.0")
                .with("--config", file.toString())) {
            product.start();
            assertThat(product.awaitExit(SOON)).as(product.output()).isEqualTo(2);
            assertThat(product.output())
                    .contains("METRICS_PORT", "70000")
                    .contains(file.getFileName() + ":4", "max-mesages", "mailbox.max-messages")
                    .contains(file.getFileName() + ":5", "workers", "many")
                    .contains("auth.mode");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    @Tag("bad-input-24")
    void anUnknownOptionExitsWith2AndSuggestsTheNearest() {
        try (PushManagerProcess product = PushManagerProcess.all("mistyped").with("--confg", "x.yaml")) {
            product.start();
            assertThat(product.awaitExit(SOON)).as(product.output()).isEqualTo(2);
            assertThat(product.output()).contains("--confg", "--config");
        }
    }

    private static int stats(Stage stage, String field) {
        return stage.sockets().call("stats", Map.of()).path(field).asInt();
    }

    private static List<Integer> closeCodes(Stage stage) throws IOException {
        stage.sockets().call("flush", Map.of());
        var json = new com.fasterxml.jackson.databind.ObjectMapper();
        try (var lines = Files.lines(stage.sockets().ledger())) {
            return lines.filter(line -> line.contains("\"closed\""))
                    .map(line -> {
                        try {
                            JsonNode entry = json.readTree(line);
                            return entry.path("code").asInt();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
