package io.pushmanager.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pushmanager.ledger.Ledger;
import io.pushmanager.ledger.LedgerCheck;
import io.pushmanager.testing.PushManagerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** All roles in one process, without any outside service. One process serves all tests here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StandaloneIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SOCKETS = 6;

    private final PushManagerProcess product =
            PushManagerProcess.all("standalone").jvm("-Dio.netty.leakDetection.level=paranoid");
    private final Stage stage = new Stage(1);

    @BeforeAll
    void start() {
        stage.start(product);
        stage.pushThrough(product);
        List<Map<String, Object>> sockets = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            sockets.add(Stage.socket("s" + i, product, "user-" + i / 2, "room-" + i % 2, "room-" + i % 3 + "-of-3"));
        }
        stage.open(sockets);
    }

    @AfterAll
    void stop() {
        stage.close();
    }

    @Test
    void isReadyAndLiveAndCountsItsConnections() throws IOException {
        assertThat(product.isReady()).isTrue();
        assertThat(product.isLive()).isTrue();
        assertThat(product.get(product.httpPort(), "/health").status()).isEqualTo(200);
        JsonNode stats = JSON.readTree(product.get(product.httpPort(), "/stats").body());
        assertThat(stats.path("connections").asInt()).isEqualTo(SOCKETS);
        assertThat(stats.path("users").asInt()).isEqualTo(3);
        assertThat(stats.path("rooms").asInt()).isEqualTo(5);
    }

    @Test
    void aPushReachesExactlyTheSocketsItConcernsByEveryInterface() throws IOException {
        String manager = product.name();
        for (String api : List.of("unary", "stream", "server")) {
            for (String ack : api.equals("server") ? List.of("ACCEPTED") : List.of("ACCEPTED", "DELIVERED")) {
                JsonNode counts = stage.finish(stage.load(
                        api + "-" + ack,
                        2_000,
                        List.of(
                                Stage.lane(manager, Map.of("room", "room-0"), 20, api, ack),
                                Stage.lane(manager, Map.of("room", "room-2-of-3"), 20, api, ack),
                                Stage.lane(manager, Map.of("user", "user-1"), 20, api, ack),
                                Stage.lane(manager, Map.of("user", "nobody"), 5, api, ack),
                                Stage.lane(manager, Map.of(), 20, api, ack))));
                assertThat(counts.path("codes").size())
                        .as("%s: %s", api, counts)
                        .isEqualTo(1);
            }
        }
        stage.finish(stage.load(
                "both",
                1_000,
                List.of(Stage.lane(manager, Map.of("room", "room-0", "user", "user-1"), 10, "server", "ACCEPTED"))));

        List<String> httpLines = new ArrayList<>();
        httpLines.addAll(pushOverHttp("http-1", "\"room_id\":\"room-1\"", "{\"room\":\"room-1\"}"));
        httpLines.addAll(pushOverHttp("http-2", "\"user_id\":\"user-2\"", "{\"user\":\"user-2\"}"));
        httpLines.addAll(pushOverHttp("http-3", "\"broadcast\":true", "{}"));

        stage.flush(SOCKETS);
        Ledger ledger = stage.ledger();
        httpLines.forEach(line -> ledger.add("http", line));
        LedgerCheck check = LedgerCheck.of(ledger);
        Stage.assertExact(check);
        // room-0: 3 sockets, a third of the rooms: 2, a user: 2, everyone: 6; five times; then user in room, HTTP.
        assertThat(check.frameCount()).isEqualTo(5 * 20 * (3 + 2 + 2 + 6) + 10 + 3 + 2 + 6);
    }

    @Test
    @Tag("bad-input-6")
    void aPushToNobodyIsOkWithZeroCounts() {
        JsonNode answer = stage.push(product.name(), Map.of("user", "offline"), "DELIVERED", "to-nobody");
        assertThat(answer.path("code").asInt()).isZero();
        assertThat(answer.path("reply").path("delivery").path("matched").asLong())
                .isZero();
        assertThat(answer.path("reply").path("delivery").path("written").asLong())
                .isZero();
    }

    @Test
    @Tag("bad-input-1")
    void anEmptyIdOrContentIsRefusedWithTheNameOfTheField() {
        Map<String, String> text = Map.of("type", "TEXT", "data", "x");
        assertRefused(Map.of("room", ""), text, "room_id");
        assertRefused(Map.of("user", ""), text, "user_id");
        assertRefused(Map.of("room", "room-0"), Map.of(), "content");
    }

    private void assertRefused(Map<String, String> target, Map<String, String> content, String field) {
        JsonNode answer = stage.push(Map.of(
                "manager",
                product.name(),
                "target",
                target,
                "ack",
                "ACCEPTED",
                "body",
                "refused-" + field,
                "message_id",
                "refused-" + field,
                "content",
                content));
        assertThat(answer.path("code").asInt()).as(answer.toString()).isEqualTo(3);
        assertThat(answer.path("details").asText()).contains(field);
        assertThat(answer.path("status_details").asText()).contains("BadRequest", field);
    }

    @Test
    @Tag("bad-input-2")
    void contentOverItsLimitIsRefusedAndTheConnectionStays() {
        JsonNode answer = stage.push(Map.of(
                "manager",
                product.name(),
                "target",
                Map.of("room", "room-0"),
                "ack",
                "ACCEPTED",
                "body",
                "large",
                "message_id",
                "large",
                "content",
                Map.of("type", "TEXT", "data", "x".repeat(256 * 1024 + 1))));
        assertThat(answer.path("code").asInt()).as(answer.toString()).isEqualTo(3);
        assertThat(answer.path("details").asText()).contains("content");
        JsonNode tooLarge = stage.push(Map.of(
                "manager",
                product.name(),
                "target",
                Map.of("room", "room-0"),
                "ack",
                "ACCEPTED",
                "body",
                "huge",
                "message_id",
                "huge",
                "content",
                Map.of("type", "TEXT", "data", "x".repeat(4 * 1024 * 1024))));
        assertThat(tooLarge.path("code").asInt()).as(tooLarge.toString()).isEqualTo(8);
        assertThat(stage.push(product.name(), Map.of("user", "offline"), "ACCEPTED", "after-huge")
                        .path("code")
                        .asInt())
                .isZero();
    }

    @Test
    void saysNothingThatLooksLikeAWarning() {
        assertThat(product.output().lines())
                .as("its output")
                .noneMatch(line -> line.contains("WARN") || line.contains("SLF4J"));
    }

    @Test
    void tellsOnStartWhatToDoNext() {
        await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(product.output())
                .contains(
                        "http://127.0.0.1:" + product.httpPort(),
                        "push --address 127.0.0.1:" + product.grpcPort() + " --room",
                        "tail --url ws://127.0.0.1:" + product.httpPort() + "/ws "));
    }

    /** Pushes by HTTP, and returns what a publisher writes down. */
    private List<String> pushOverHttp(String body, String targetField, String target) {
        long begun = System.nanoTime() / 1_000;
        PushManagerProcess.Answer answer = product.postJson(
                product.grpcPort(),
                "/v1/push",
                "{" + targetField + ",\"content\":{\"type\":\"TEXT\",\"data\":\"" + body
                        + "\"},\"options\":{\"message_id\":\"" + body + "\",\"ack\":\"DELIVERED\"}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return List.of(
                "{\"k\":\"call\",\"push\":\"" + body + "\",\"manager\":\"http\",\"target\":" + target
                        + ",\"ack\":\"DELIVERED\",\"body\":\"" + body + "\",\"message_id\":\"" + body + "\",\"t\":"
                        + begun
                        + "}",
                "{\"k\":\"reply\",\"push\":\"" + body + "\",\"code\":0,\"reply\":"
                        + answer.body().strip() + ",\"t\":" + System.nanoTime() / 1_000 + "}");
    }
}
