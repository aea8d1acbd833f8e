package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code tail} against a server that does to each connection, by its number, what a test says. */
@Timeout(30)
class TailVerticleTest {

    private static final String WELCOME = "{\"type\":\"welcome\",\"node_id\":\"n1\",\"user_id\":\"u1\",\"rooms\":[]}";

    private final CapturedCli cli = new CapturedCli();
    private final Vertx vertx = Vertx.vertx();
    private final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
    private final List<Short> closeCodes = new CopyOnWriteArrayList<>();
    private Consumer<ServerWebSocket> onSocket = socket -> {};
    private Consumer<ServerWebSocket> beforePong = socket -> {};
    private IntPredicate greets = number -> true;
    private int rejectWith;
    private String url = "";

    @BeforeEach
    void startServer() {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setRegisterWebSocketWriteHandlers(false))
                .webSocketHandshakeHandler(handshake -> {
                    if (rejectWith > 0) {
                        handshake.reject(rejectWith);
                    } else {
                        handshake.accept();
                    }
                })
                .webSocketHandler(socket -> {
                    sockets.add(socket);
                    socket.textMessageHandler(ping -> {
                        beforePong.accept(socket);
                        socket.writeTextMessage("{\"type\":\"pong\"}");
                    });
                    socket.closeHandler(closed -> closeCodes.add(socket.closeStatusCode()));
                    if (greets.test(sockets.size())) {
                        socket.writeTextMessage(WELCOME);
                    }
                    onSocket.accept(socket);
                });
        int port = server.listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        url = "ws://localhost:" + port + "/ws";
    }

    @AfterEach
    void stopServer() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int tail(String... more) {
        return cli.run(arguments(more));
    }

    private String[] arguments(String... more) {
        List<String> all = new java.util.ArrayList<>(List.of("tail", "--user", "u 1&x", "--url", url));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String push(String id, String data) {
        return new JsonObject()
                .put("type", "push")
                .put("message_id", id)
                .put("room_id", "r")
                .put("content", new JsonObject().put("type", "TEXT").put("data", data))
                .encode();
    }

    @Test
    void asksForItsUserAndRoomsAndPrintsPushes() {
        onSocket = socket -> {
            socket.writeTextMessage(push("m1", "hello"));
            socket.close((short) 1000);
        };

        assertThat(tail("--room", "a/b", "--room", "c")).isZero();
        assertThat(sockets.get(0).query()).isEqualTo("user_id=u%201%26x&room_id=a%2Fb&room_id=c");
        assertThat(cli.out()).isEqualTo("[room r] hello\n");
        assertThat(cli.err()).contains("Connected to n1 as u1");
    }

    @Test
    @Tag("bad-input-24")
    void whatASenderWroteIsEscaped() {
        onSocket = socket -> {
            socket.writeTextMessage(push("m1", "\u001b[2J\u009b\nfake"));
            socket.writeTextMessage("not json \u001b[2J");
            socket.writeTextMessage("{\"type\":\"error\",\"code\":\"X\\u001b[2J\",\"message\":\"\"}");
            socket.close((short) 1000);
        };

        assertThat(tail()).isZero();
        assertThat(cli.out()).isEqualTo("[room r] \\u001b[2J\\u009b\\nfake\n");
        assertThat(cli.err()).doesNotContain("\u001b").contains("not JSON", "X\\u001b[2J");
    }

    @Test
    void jsonPrintsFramesThatParseAgain() {
        onSocket = socket -> {
            socket.writeTextMessage(push("m1", "\u001b\u009b\n"));
            socket.close((short) 1000);
        };

        assertThat(tail("--json")).isZero();
        String[] lines = cli.out().split("\n");
        assertThat(lines).hasSize(2);
        assertThat(new JsonObject(lines[1])).isEqualTo(new JsonObject(push("m1", "\u001b\u009b\n")));
        assertThat(cli.out()).doesNotContain("\u009b");
    }

    @Test
    void closeCodeThatInvitesIsFollowedByAReconnect() {
        onSocket = socket -> socket.close((short) (sockets.size() == 1 ? 4100 : 4000));

        assertThat(tail()).isEqualTo(1);
        assertThat(sockets).hasSize(2);
        assertThat(cli.err())
                .contains("Connection lost (4100): trying again in")
                .contains("Closed by the server (4000)");
    }

    @Test
    void drainOpensTheNewConnectionBeforeTheOldOneIsLeftAndPrintsNothingTwice() {
        onSocket = socket -> {
            if (sockets.size() == 1) {
                socket.writeTextMessage("{\"type\":\"drain\",\"reconnect_after_ms\":20}");
            } else {
                assertThat(sockets.get(0).isClosed()).isFalse();
                sockets.get(0).writeTextMessage(push("m1", "once"));
                socket.writeTextMessage(push("m1", "once"));
                socket.writeTextMessage(push("m2", "twice"));
                sockets.get(0).closeHandler(left -> {
                    closeCodes.add(sockets.get(0).closeStatusCode());
                    socket.close((short) 1000);
                });
            }
        };

        assertThat(tail()).isZero();
        assertThat(sockets).hasSize(2);
        assertThat(closeCodes.get(0)).isEqualTo((short) 1000);
        assertThat(cli.out()).isEqualTo("[room r] once\n[room r] twice\n");
    }

    @Test
    void drainTheOldConnectionIsHeardUntilTheNewOneIsWelcomed() {
        greets = number -> number == 1;
        onSocket = socket -> {
            if (sockets.size() == 1) {
                socket.writeTextMessage(drain(0));
                return;
            }
            vertx.setTimer(100, later -> {
                sockets.get(0).writeTextMessage(push("m1", "not welcomed yet"));
                socket.writeTextMessage(WELCOME);
                whenFirstIsLeft(left -> socket.close((short) 1000));
            });
        };

        assertThat(tail()).isZero();
        assertThat(closeCodes.get(0)).isEqualTo((short) 1000);
        assertThat(cli.out()).isEqualTo("[room r] not welcomed yet\n");
    }

    @Test
    void drainWhatTheNewConnectionBringsWaitsForWhatIsOnItsWayOnTheOldOne() {
        onSocket = socket -> {
            if (sockets.size() == 1) {
                socket.writeTextMessage(drain(0));
                return;
            }
            socket.writeTextMessage(push("m2", "second"));
            vertx.setTimer(100, later -> sockets.get(0).writeTextMessage(push("m1", "first")));
            whenFirstIsLeft(left -> socket.close((short) 1000));
        };

        assertThat(tail()).isZero();
        assertThat(cli.out()).isEqualTo("[room r] first\n[room r] second\n");
    }

    @Test
    void drainWhatComesBeforeTheAnswerToTheLastPingIsPrinted() {
        beforePong = socket -> socket.writeTextMessage(push("m1", "late"));
        onSocket = socket -> {
            if (sockets.size() == 1) {
                socket.writeTextMessage(drain(0));
            } else {
                whenFirstIsLeft(left -> socket.close((short) 1000));
            }
        };

        assertThat(tail()).isZero();
        assertThat(cli.out()).isEqualTo("[room r] late\n");
    }

    @Test
    void drainTheTimeThatTheNodeGaveIsKept() {
        long[] times = new long[2];
        onSocket = socket -> {
            times[sockets.size() - 1] = System.nanoTime();
            if (sockets.size() == 1) {
                socket.writeTextMessage(drain(400));
            } else {
                socket.close((short) 4000);
            }
        };

        assertThat(tail()).isEqualTo(1);
        assertThat(times[1] - times[0]).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(399));
    }

    @Test
    void drainAConnectionThatEndsBeforeItsTimeDoesNotShortenIt() {
        long[] times = new long[2];
        onSocket = socket -> {
            times[sockets.size() - 1] = System.nanoTime();
            if (sockets.size() == 1) {
                socket.writeTextMessage(drain(1_000));
                socket.close((short) 1001);
            } else {
                socket.close((short) 4000);
            }
        };

        assertThat(tail()).isEqualTo(1);
        assertThat(times[1] - times[0]).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(999));
    }

    private static String drain(int afterMillis) {
        return "{\"type\":\"drain\",\"reconnect_after_ms\":" + afterMillis + "}";
    }

    private void whenFirstIsLeft(Consumer<Void> then) {
        sockets.get(0).closeHandler(left -> {
            closeCodes.add(sockets.get(0).closeStatusCode());
            then.accept(null);
        });
    }

    @Test
    @Tag("bad-input-24")
    void firstConnectionThatFailsIsUnreachable() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            url = "ws://localhost:" + socket.getLocalPort() + "/ws";
        }

        assertThat(tail()).isEqualTo(3);
        assertThat(cli.err())
                .startsWith("No Connect-Node answers at localhost:")
                .contains("connection refused");
    }

    @Test
    void refusedUpgradeIsDenied() {
        rejectWith = 403;

        assertThat(tail()).isEqualTo(4);
        assertThat(cli.err()).contains("HTTP 403");
    }

    @Test
    @Tag("bad-input-24")
    void closedStandardOutputEndsItQuietly() {
        onSocket = socket -> socket.writeTextMessage(push("m1", "hello"));
        PrintStream closed = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> cli.run(closed, arguments()));

        await().until(code::isDone);
        assertThat(code.join()).isZero();
        assertThat(cli.err()).doesNotContain("Broken pipe", "Closed");
    }

    @Test
    @Tag("bad-input-24")
    void urlThatIsNoWebSocketIsAUsageError() {
        url = "http://localhost:8080/ws";

        assertThat(tail()).isEqualTo(2);
        assertThat(cli.err()).contains("--url");
    }
}
