package io.pushmanager.admin;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.telemetry.Health;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}, {@code /health/live} and {@code /health/ready} on a port of their own, and what roles have to show beside.
 *
 * <p>Live means that this event loop answers. Ready says what is missing. Both tell what else an operator should know. <b>Failure:</b> deploying it fails with a
 * BindException when the port is taken. Deploy it first and undeploy it last: a drain is to be seen.
 */
public final class AdminVerticle extends VerticleBase {

    private static final int IDLE_SECONDS = 60;

    private final AdminConfig config;
    private final Health health;
    private final PrometheusMeterRegistry registry;
    private final Map<String, Supplier<Future<String>>> pages = new ConcurrentHashMap<>();
    private @Nullable HttpServer server;

    public AdminVerticle(AdminConfig config, Health health, PrometheusMeterRegistry registry) {
        this.config = config;
        this.health = health;
        this.registry = registry;
    }

    /**
     * Serves one more page, from now on. <b>Thread:</b> any.
     *
     * @param json made anew for each request; completes on any thread
     */
    public void serve(String path, Supplier<Future<String>> json) {
        pages.put(path, json);
    }

    @Override
    public Future<?> start() {
        HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(IDLE_SECONDS));
        server = created;
        return created.requestHandler(this::handle).listen();
    }

    /** The port that was taken; only once deployed. */
    public int port() {
        HttpServer started = server;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started.actualPort();
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path() == null ? "" : request.path();
        switch (path) {
            case "/metrics" -> {
                if (isRead(request)) {
                    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                            .end(registry.scrape());
                }
            }
            case "/health/live" -> {
                if (isRead(request)) {
                    answer(response, Map.of(), health.notices());
                }
            }
            case "/health/ready" -> {
                if (isRead(request)) {
                    answer(response, health.failures(), health.notices());
                }
            }
            default -> {
                Supplier<Future<String>> page = pages.get(path);
                if (page == null) {
                    response.setStatusCode(404).end();
                } else if (isRead(request)) {
                    Context here = vertx.getOrCreateContext();
                    page.get().onComplete(made -> here.runOnContext(answer -> answer(response, made)));
                }
            }
        }
    }

    private static void answer(HttpServerResponse response, AsyncResult<String> page) {
        if (page.succeeded()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(page.result());
        } else {
            response.setStatusCode(503).end();
        }
    }

    private static boolean isRead(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.GET)) {
            return true;
        }
        request.response()
                .setStatusCode(405)
                .putHeader(HttpHeaders.ALLOW, "GET")
                .end();
        return false;
    }

    private static void answer(HttpServerResponse response, Map<String, String> failures, Map<String, String> notices) {
        JsonObject body = new JsonObject().put("status", failures.isEmpty() ? "up" : "down");
        put(body, "failures", failures);
        put(body, "notices", notices);
        response.setStatusCode(failures.isEmpty() ? 200 : 503)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }

    private static void put(JsonObject body, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            JsonObject all = new JsonObject();
            texts.forEach(all::put);
            body.put(name, all);
        }
    }
}
