package io.pushmanager.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.core.message.Api;
import io.pushmanager.telemetry.BuildInfo;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminVerticleTest {

    private final Vertx vertx = Vertx.vertx();
    private final Health health = new Health();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final AdminVerticle admin = new AdminVerticle(new AdminConfig("127.0.0.1", 0), health, registry);

    @BeforeEach
    void deploy() throws Exception {
        get(vertx.deployVerticle(admin));
    }

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Test
    void namesEveryContractMetricFromTheStart() throws Exception {
        BuildInfo.register(registry, "1.2.3", Set.of("connect-node", "push-manager"));

        String text = ask("GET", "/metrics").body();

        for (Api api : Api.values()) {
            assertThat(text)
                    .contains("push_manager_api_requests_total{api=\"" + api.label() + "\",code=\"OK\"} 0.0")
                    .contains("push_manager_api_duration_seconds_bucket{api=\"" + api.label() + "\",le=\"0.001\"} 0")
                    .contains("push_manager_push_success_total{api=\"" + api.label() + "\"} 0.0")
                    .contains("push_manager_push_failed_total{api=\"" + api.label() + "\",reason=\"MAILBOX_FULL\"} 0.0")
                    .contains("push_manager_broadcast_nodes_total{api=\"" + api.label() + "\"} 0.0")
                    .contains("push_manager_broadcast_delivered_total{api=\"" + api.label() + "\"} 0.0");
        }
        assertThat(text)
                .contains("connect_node_push_received_total{has_users=\"true\"} 0.0")
                .contains("connect_node_push_received_total{has_users=\"false\"} 0.0")
                .contains("connect_node_frames_written_total 0.0")
                .contains("connect_node_frames_dropped_total{reason=\"slow_consumer\"} 0.0")
                .contains("connect_node_frames_dropped_total{reason=\"expired\"} 0.0")
                .contains("connect_node_frames_dropped_total{reason=\"conflated\"} 0.0")
                .contains("push_build_info{role=\"connect-node\",version=\"1.2.3\"} 1")
                .contains("push_build_info{role=\"push-manager\",version=\"1.2.3\"} 1");
    }

    @Test
    void countsUnderTheNamesOfTheContract() throws Exception {
        meters.apiRequest(Api.HTTP, "UNAVAILABLE", TimeUnit.MILLISECONDS.toNanos(3));
        meters.mailboxDropped("node-1", "full");
        meters.gauge("push_manager_node_connections", this, test -> 2);
        meters.gauge("push_manager_mailbox_depth", this, test -> 7, "node", "node-1");
        meters.gauge("push_manager_inflight", this, test -> 8, "node", "node-1");
        meters.gauge("connect_node_connections", this, test -> 3);
        meters.gauge("connect_node_rooms", this, test -> 4);

        assertThat(ask("GET", "/metrics").body())
                .contains("push_manager_api_requests_total{api=\"Http\",code=\"UNAVAILABLE\"} 1.0")
                .contains("push_manager_api_duration_seconds_bucket{api=\"Http\",le=\"0.0025\"} 0")
                .contains("push_manager_api_duration_seconds_bucket{api=\"Http\",le=\"0.005\"} 1")
                .contains("push_manager_api_duration_seconds_count{api=\"Http\"} 1")
                .contains("push_manager_mailbox_dropped_total{node=\"node-1\",reason=\"full\"} 1.0")
                .contains("push_manager_node_connections 2.0")
                .contains("push_manager_mailbox_depth{node=\"node-1\"} 7.0")
                .contains("push_manager_inflight{node=\"node-1\"} 8.0")
                .contains("connect_node_connections 3.0")
                .contains("connect_node_rooms 4.0");
    }

    @Test
    void isLiveWhileNotReadyAndNamesWhatIsWrong() throws Exception {
        health.down("membership-list", "no list of Connect-Nodes yet");

        HttpResponse<String> live = ask("GET", "/health/live");
        HttpResponse<String> ready = ask("GET", "/health/ready");

        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.headers().firstValue("content-type")).contains("application/json");
        assertThat(new JsonObject(ready.body()))
                .isEqualTo(new JsonObject()
                        .put("status", "down")
                        .put("failures", new JsonObject().put("membership-list", "no list of Connect-Nodes yet")));
    }

    @Test
    void isReadyOnceNothingIsWrong() throws Exception {
        health.down("membership-list", "not yet");
        health.up("membership-list");

        HttpResponse<String> ready = ask("GET", "/health/ready");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo("{\"status\":\"up\"}");
    }

    @Test
    void servesWhatARoleShowsOnceItIsThere() throws Exception {
        assertThat(ask("GET", "/slow-sockets").statusCode()).isEqualTo(404);
        admin.serve("/slow-sockets", () -> Future.succeededFuture("{\"slow_sockets\":[]}"));

        HttpResponse<String> page = ask("GET", "/slow-sockets");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).contains("application/json");
        assertThat(page.body()).isEqualTo("{\"slow_sockets\":[]}");
        assertThat(ask("POST", "/slow-sockets").statusCode()).isEqualTo(405);
        admin.serve("/slow-sockets", () -> Future.failedFuture("starting"));
        assertThat(ask("GET", "/slow-sockets").statusCode()).isEqualTo(503);
    }

    @Test
    void bothTellWhatAnOperatorShouldKnow() throws Exception {
        health.notice("memory", "short");

        assertThat(new JsonObject(ask("GET", "/health/live").body()))
                .isEqualTo(
                        new JsonObject().put("status", "up").put("notices", new JsonObject().put("memory", "short")));
        assertThat(ask("GET", "/health/ready").body()).contains("notices");
        health.noticeOver("memory");
        assertThat(ask("GET", "/health/live").body()).isEqualTo("{\"status\":\"up\"}");
    }

    @Test
    void saysNotFoundAndMethodNotAllowed() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        HttpResponse<String> post = ask("POST", "/metrics");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET");
    }

    @Test
    void failsToDeployOnAPortThatIsTaken() {
        AdminVerticle second = new AdminVerticle(new AdminConfig("127.0.0.1", admin.port()), health, registry);

        assertThatThrownBy(() -> get(vertx.deployVerticle(second)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BindException.class);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
