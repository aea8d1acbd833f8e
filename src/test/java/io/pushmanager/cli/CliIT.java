package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.proto.pubsub.BroadcastMessageRequest;
import io.pushmanager.proto.pubsub.PushManagerServiceGrpcService;
import io.pushmanager.proto.pubsub.PushReply;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.grpc.server.GrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a process can show: signals, pipes, locales. The jar, against servers in this JVM. */
@Timeout(120)
class CliIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String JAR = System.getProperty("pushmanager.jar", "target/push-manager.jar");

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final List<BroadcastMessageRequest> pushes = new CopyOnWriteArrayList<>();
    private final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
    private int port;

    @BeforeEach
    void startServer() {
        GrpcServer grpc = GrpcServer.server(vertx);
        grpc.callHandler(
                PushManagerServiceGrpcService.BroadcastMessage,
                call -> call.handler(request -> {
                    pushes.add(request);
                    call.response()
                            .end(PushReply.newBuilder()
                                    .setNodesTargeted(1)
                                    .setNodesAccepted(1)
                                    .build());
                }));
        port = vertx.createHttpServer()
                .requestHandler(grpc)
                .webSocketHandler(socket -> {
                    sockets.add(socket);
                    socket.writeTextMessage(
                            "{\"type\":\"push\",\"message_id\":\"1\",\"content\":{\"data\":\"first\"}}");
                })
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    @AfterEach
    void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private Process cli(String... arguments) throws IOException {
        // Whoever runs the tests in the background may have taught its children to ignore SIGINT.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", JAVA, "-jar", JAR));
        command.addAll(List.of(arguments));
        return start(command.toArray(String[]::new));
    }

    private int exitCode(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String text(String stream) throws IOException {
        return Files.readString(directory.resolve(stream));
    }

    @Test
    @Tag("bad-input-24")
    void ctrlCEndsTailWith130() throws Exception {
        Process tail = cli("tail", "--user", "u1", "--url", "ws://localhost:" + port + "/ws");
        await().atMost(SOON).until(() -> text("out").contains("[all] "));

        new ProcessBuilder("kill", "-INT", Long.toString(tail.pid())).start().waitFor();

        assertThat(exitCode(tail)).isEqualTo(130);
        assertThat(text("err")).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void readerThatLeavesEndsTailQuietly() throws Exception {
        String tail = "'" + JAVA + "' -jar '" + JAR + "' tail --user u1 --url ws://localhost:" + port + "/ws";
        Process shell = start("sh", "-c", tail + " | head -1");
        await().atMost(SOON).until(() -> text("out").contains("first"));

        sockets.get(0).writeTextMessage("{\"type\":\"push\",\"message_id\":\"2\",\"content\":{\"data\":\"second\"}}");

        assertThat(exitCode(shell)).isZero();
        await().atMost(SOON).until(() -> sockets.get(0).isClosed());
        assertThat(text("out")).contains("first").doesNotContain("second");
        assertThat(text("err")).isEmpty();
    }

    @Test
    void messageArrivesAsTypedWhateverTheLocale() throws Exception {
        // The shell writes the bytes: this JVM's own locale may not know the letters either.
        Path script = Files.writeString(
                directory.resolve("push.sh"),
                "exec '" + JAVA + "' -jar '" + JAR + "' push --all --address localhost:" + port + " 'Grüße 你好'\n");

        assertThat(exitCode(start("sh", script.toString()))).isZero();
        assertThat(pushes)
                .singleElement()
                .satisfies(push -> assertThat(push.getContent().getData()).isEqualTo("Grüße 你好"));
        assertThat(text("err")).isEmpty();
    }

    @Test
    @Tag("bad-input-24")
    void unknownOptionSaysWhatWasMeant() throws Exception {
        assertThat(exitCode(cli("push", "--rom", "r", "hi"))).isEqualTo(2);
        assertThat(text("err")).contains("--rom", "--room");
        assertThat(text("out")).isEmpty();
    }
}
