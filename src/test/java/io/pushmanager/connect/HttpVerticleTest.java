package io.pushmanager.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class HttpVerticleTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void statsCountWhatIsConnected(Vertx vertx) throws Exception {
        TestNode node = TestNode.start(vertx);
        try (RawWebSocket one = node.open("?user_id=u&room_id=r");
                RawWebSocket two = node.open("?user_id=u")) {
            HttpResponse<String> response = send(node, "GET", "/stats");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(new JsonObject(response.body()))
                    .isEqualTo(new JsonObject()
                            .put("node_id", "node-1")
                            .put("node_address", "127.0.0.1:50052")
                            .put("connections", 2)
                            .put("rooms", 1)
                            .put("users", 1));
            one.text("{\"type\":\"ping\"}");
            two.text("{\"type\":\"ping\"}");
        }
    }

    @Test
    void healthFollowsReadiness(Vertx vertx) throws Exception {
        TestNode node = TestNode.start(vertx);
        assertThat(send(node, "GET", "/health").statusCode()).isEqualTo(200);
        node.health.down("managers", "push-manager-2 has not connected");
        HttpResponse<String> response = send(node, "GET", "/health");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("push-manager-2 has not connected");
    }

    @Test
    void otherMethodsGet405AndOtherPaths404(Vertx vertx) throws Exception {
        TestNode node = TestNode.start(vertx);
        for (String path : new String[] {"/stats", "/health", "/", "/client.js"}) {
            HttpResponse<String> response = send(node, "POST", path);
            assertThat(response.statusCode()).as(path).isEqualTo(405);
            assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
        }
        assertThat(send(node, "DELETE", "/ws").statusCode()).isEqualTo(405);
        assertThat(send(node, "GET", "/nowhere").statusCode()).isEqualTo(404);
        assertThat(send(node, "GET", "/stats/").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/client.js, text/javascript",
        "/page.js, text/javascript",
        "/style.css, text/css",
        "/icon.svg, image/svg+xml"
    })
    void pageAndWhatItLoadsAreServedUnderAStrictPolicy(String path, String type, Vertx vertx) throws Exception {
        HttpResponse<String> response = send(TestNode.start(vertx), "GET", path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(type);
        assertThat(response.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .startsWith("default-src 'none'");
        assertThat(response.body()).isNotEmpty();
    }

    @Test
    void webSocketPathWithoutAnUpgradeGets426(Vertx vertx) throws Exception {
        HttpResponse<String> response = send(TestNode.start(vertx), "GET", "/ws?user_id=u");
        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.headers().firstValue("upgrade")).hasValue("websocket");
    }

    @Test
    void headAnswersWithoutABody(Vertx vertx) throws Exception {
        HttpResponse<String> response = send(TestNode.start(vertx), "HEAD", "/stats");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("content-length").orElse(0))
                .isPositive();
    }

    @Test
    void whatIsNotHttpGets400AndTooMuchOfIt431(Vertx vertx) {
        TestNode node = TestNode.start(vertx);
        assertThat(raw(node, "\u0001\u0002\u0003 not http\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw(node, "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw(node, "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
        assertThat(raw(node, "POST /stats HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    private HttpResponse<String> send(TestNode node, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String raw(TestNode node, String request) {
        try (RawWebSocket client = RawWebSocket.connect(node.port())) {
            client.tryWrite(request.getBytes(StandardCharsets.ISO_8859_1));
            return client.readHead();
        }
    }
}
