package io.pushmanager.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pushmanager.testing.PushManagerProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The commands of an operator against all roles in one process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final PushManagerProcess product =
            PushManagerProcess.all("operator").env("PM_EXPLAIN_SLOW", "10s");
    private String address = "";

    /** A client that writes down what it gets. */
    private static final class Client implements WebSocket.Listener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        volatile int closeCode;
        volatile String closeReason = "";
        private final StringBuilder part = new StringBuilder();

        static Client open(PushManagerProcess node, String user, String... rooms) {
            Client client = new Client();
            StringBuilder url =
                    new StringBuilder(node.webSocketUrl()).append("?user_id=").append(user);
            for (String room : rooms) {
                url.append("&room_id=").append(room);
            }
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(url.toString()), client)
                    .join();
            await().atMost(SOON).until(() -> !client.texts.isEmpty());
            client.texts.clear();
            return client;
        }

        @Override
        public synchronized CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                texts.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closeReason = reason;
            closeCode = code;
            return null;
        }
    }

    @BeforeAll
    void start() {
        product.start().awaitReady(Duration.ofSeconds(30));
        address = product.address();
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private JsonObject json(String... arguments) {
        CapturedCli cli = new CapturedCli();
        String[] all = Arrays.copyOf(arguments, arguments.length + 3);
        all[arguments.length] = "--json";
        all[arguments.length + 1] = "--address";
        all[arguments.length + 2] = address;
        assertThat(cli.run(all)).as(cli.err()).isZero();
        return new JsonObject(cli.out());
    }

    private CapturedCli run(int exitCode, String... arguments) {
        CapturedCli cli = new CapturedCli();
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--address";
        all[arguments.length + 1] = address;
        assertThat(cli.run(all)).as(cli.err()).isEqualTo(exitCode);
        return cli;
    }

    @Test
    void aDryRunSaysWhoWouldGetItAndSendsNothing() {
        Client one = Client.open(product, "dry-1", "dry");
        Client two = Client.open(product, "dry-2", "dry");

        JsonObject reply = json("push", "--room", "dry", "--dry-run", "--message-id", "same");

        assertThat(reply.getBoolean("dry_run")).isTrue();
        assertThat(reply.getInteger("nodes_targeted")).isEqualTo(1);
        JsonObject delivery = reply.getJsonObject("delivery");
        assertThat(delivery.getInteger("matched")).isEqualTo(2);
        assertThat(delivery.getInteger("written")).isZero();
        assertThat(reply.getJsonArray("nodes").getJsonObject(0).getJsonObject("delivery"))
                .isEqualTo(delivery);
        run(0, "push", "--room", "dry", "--wait", "--message-id", "same", "x");
        await().atMost(SOON).until(() -> one.texts.size() + two.texts.size() == 2);
        assertThat(run(0, "push", "--room", "dry", "--dry-run").out()).contains("2 connections would get it");
    }

    @Test
    void aDryRunOverHttpSaysTheSame() throws IOException, InterruptedException {
        Client one = Client.open(product, "http-1");
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/v1/push"))
                                .header("content-type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"user_id\":\"http-1\",\"content\":{\"data\":\"x\"},\"options\":{\"dry_run\":true}}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        JsonObject reply = new JsonObject(answer.body());
        assertThat(reply.getBoolean("dry_run")).isTrue();
        assertThat(reply.getJsonObject("delivery").getInteger("matched")).isEqualTo(1);
        assertThat(one.texts).isEmpty();
    }

    @Test
    void aUserIsPutIntoARoomPushedToAtOnceTakenOutAndDisconnected() {
        Client one = Client.open(product, "user");
        Client two = Client.open(product, "user", "club");

        JsonObject added = json("rooms", "add", "club", "user").getJsonObject("connections");
        assertThat(added).isEqualTo(new JsonObject("{\"matched\":2,\"changed\":1,\"unchanged\":1,\"refused\":0}"));
        JsonObject pushed = json("push", "--room", "club", "--wait", "hello").getJsonObject("delivery");
        assertThat(pushed.getInteger("written")).isEqualTo(2);
        assertThat(run(0, "rooms", "remove", "club", "user").out()).contains("2 connections taken out of the room");
        assertThat(json("push", "--room", "club", "--wait", "nobody")
                        .getJsonObject("delivery")
                        .getInteger("matched"))
                .isZero();
        JsonObject gone = json("users", "disconnect", "user", "--code", "4003", "--reason", "Schluß");
        assertThat(gone.getJsonObject("connections").getInteger("changed")).isEqualTo(2);
        assertThat(gone.getJsonArray("nodes").getJsonObject(0).getString("outcome"))
                .isEqualTo("OUTCOME_REPORTED");

        await().atMost(SOON).until(() -> one.closeCode == 4003 && two.closeCode == 4003);
        assertThat(one.closeReason).isEqualTo("Schluß");
        assertThat(one.texts).hasSize(3);
        assertThat(one.texts.get(0)).isEqualTo("{\"type\":\"joined\",\"room_id\":\"club\"}");
        assertThat(one.texts.get(1)).contains("hello");
        assertThat(one.texts.get(2)).isEqualTo("{\"type\":\"left\",\"room_id\":\"club\"}");
        assertThat(two.texts).hasSize(2);
        assertThat(run(0, "users", "disconnect", "user").err()).contains("The user has no connection");
        assertThat(run(2, "users", "disconnect", "user", "--code", "1000").err())
                .contains("close_code");
    }

    @Test
    void aPushIsExplainedHopByHop() {
        Client one = Client.open(product, "why");
        run(0, "push", "--user", "why", "--message-id", "why-1", "--wait", "x");
        await().atMost(SOON).until(() -> one.texts.size() == 1);

        JsonArray trails = json("explain", "why-1").getJsonArray("trails");

        assertThat(trails).hasSize(1);
        JsonObject trail = trails.getJsonObject(0);
        assertThat(trail.getString("api")).isEqualTo("PushToUser");
        assertThat(trail.getString("kind")).isEqualTo("push");
        JsonObject node = trail.getJsonArray("nodes").getJsonObject(0);
        assertThat(node.getString("outcome")).isEqualTo("OUTCOME_REPORTED");
        assertThat(node.containsKey("node_silent")).as(node.encode()).isFalse();
        List<Double> hops = List.of("mailbox", "sent", "received", "written", "ended").stream()
                .map(hop -> seconds(node, hop))
                .toList();
        assertThat(hops).as(node.encode()).isSorted();
        assertThat(seconds(node, "flushed")).isGreaterThanOrEqualTo(seconds(node, "written"));
        assertThat(seconds(trail, "fan_out")).isLessThanOrEqualTo(seconds(node, "mailbox"));
        assertThat(seconds(trail, "answered")).isGreaterThanOrEqualTo(seconds(node, "ended"));
        CapturedCli table = run(0, "explain", "why-1");
        assertThat(table.out()).contains("MAILBOX", "FLUSHED", "reported");
    }

    @Test
    void whatIsNotKnownIsNotFoundAndSaysHowMuchIsKept() {
        assertThat(run(1, "explain", "never-sent").err()).contains("remembers the last", "explain.max-pushes");
    }

    private static double seconds(JsonObject from, String hop) {
        String text = from.getString(hop);
        assertThat(text).as("%s of %s", hop, from.encode()).endsWith("s");
        return Double.parseDouble(text.substring(0, text.length() - 1));
    }
}
