package io.pushmanager.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.pushmanager.core.message.AckLevel;
import io.pushmanager.core.message.Api;
import io.pushmanager.core.message.PushMessage;
import io.pushmanager.core.message.Target;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPushVerticleTest {

    private static final String PUSH = "{\"room_id\":\"room\",\"content\":{\"type\":\"TEXT\",\"data\":\"hi\"}}";

    private final IngressFixture ingress = new IngressFixture(100, 10);
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        ingress.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void pushesAndAnswersWithTheReply(HttpClient.Version version) throws Exception {
        HttpRequest request = post("""
                        {"room_id":"room","content":{"data":"hi"},"exclude_user_ids":["a"],
                         "options":{"ack":"DELIVERED","message_id":"mine"}}
                        """).version(version).build();

        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(response.body()).getString("message_id")).isEqualTo("mine");
        PushMessage message = ingress.pushed.get(0);
        assertThat(message.api()).isEqualTo(Api.HTTP);
        assertThat(message.target()).isEqualTo(Target.room("room", Set.of("a")));
        assertThat(message.ack()).isEqualTo(AckLevel.DELIVERED);
        assertThat(ingress.requests("Http", "OK")).isEqualTo(1);
    }

    @Test
    void answersAnErrorWithItsMappedStatus() throws Exception {
        ingress.fanOut = message ->
                Future.succeededFuture(PushError.retryable(ErrorCode.UNAVAILABLE, "NOT_READY", "no list yet", 1_500));

        HttpResponse<String> response = http.send(post(PUSH).build(), BodyHandlers.ofString());

        JsonObject body = new JsonObject(response.body());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).hasValue("2");
        assertThat(body.getInteger("code")).isEqualTo(14);
        assertThat(body.getString("status")).isEqualTo("UNAVAILABLE");
        assertThat(body.getString("message")).isEqualTo("no list yet");
        assertThat(body.getJsonArray("details")).hasSize(2);
    }

    @ParameterizedTest
    @Tag("bad-input-12")
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"room_id\":7}",
                "{\"room_id\":\"a\",\"room_id\":\"b\"}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                "{\"room_id\":\"r\",\"content\":{\"data\":{\"x\":1}}}"
            })
    void answersMalformedJsonWithThePlace(String document) throws Exception {
        HttpResponse<String> response = http.send(post(document).build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("message"))
                .contains("line 1, column ")
                .doesNotContain("Source", "StreamReadFeature");
    }

    @Test
    @Tag("bad-input-1")
    void namesEveryFieldThatIsWrong() throws Exception {
        HttpResponse<String> response =
                http.send(post("{\"room_id\":\"\",\"content\":{}}").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"room_id\"").contains("\"content\"");
    }

    @Test
    @Tag("bad-input-13")
    void answers415WithoutJson() throws Exception {
        HttpRequest request = post(PUSH).setHeader("content-type", "text/plain").build();

        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    }

    @Test
    @Tag("bad-input-13")
    void answers405WithWhatIsAllowed() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri())
                .version(HttpClient.Version.HTTP_1_1)
                .GET()
                .build();

        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
        assertThat(response.headers().firstValue("connection")).isEmpty();
    }

    @Test
    void answers404ElsewhereOnThePort() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(uri().resolve("/other")).GET().build();

        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    @Test
    @Tag("bad-input-13")
    void answers413ToADeclaredLengthOverTheLimit() throws Exception {
        String answer = raw("POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 4194305\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
    }

    @Test
    @Tag("bad-input-13")
    void answers413ToAnEndlessBody() throws Exception {
        StringBuilder request = new StringBuilder(
                "POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        for (int i = 0; i < 65; i++) {
            request.append(chunk);
        }

        assertThat(raw(request.toString())).startsWith("HTTP/1.1 413");
    }

    @Test
    @Tag("bad-input-13")
    void refusesTransferEncodingWithContentLengthAndCloses() throws Exception {
        String answer = raw("POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("404");
        assertThat(ingress.pushed).isEmpty();
    }

    /** Sends bytes as they are and reads until the server closes. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", ingress.port.get())) {
            socket.setSoTimeout(10_000);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException closedWhileSending) {
                // the answer may come before the request is out
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(uri())
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + ingress.port.get() + "/v1/push");
    }
}
