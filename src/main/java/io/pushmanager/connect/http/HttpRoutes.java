package io.pushmanager.connect.http;

import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.NodeStats;
import io.pushmanager.connect.hub.RoomHub;
import io.pushmanager.connect.socket.SocketRules;
import io.pushmanager.core.session.OriginPolicy;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** What is answered at which path of the clients' port. <b>Thread:</b> the event loop of its hub. */
public final class HttpRoutes {

    private final NodeHub node;
    private final Health health;
    private final Clocks clocks;
    private final Upgrades upgrades;
    private final PendingConnections pending;
    private final Optional<StaticPage> page = StaticPage.load("web/index.html", "text/html; charset=utf-8");
    private final Optional<StaticPage> script = StaticPage.load("web/client.js", "text/javascript; charset=utf-8");

    public HttpRoutes(
            NodeHub node,
            RoomHub hub,
            Health health,
            OriginPolicy origins,
            SocketRules rules,
            PendingConnections pending) {
        this.node = node;
        this.health = health;
        this.clocks = rules.clocks();
        this.pending = pending;
        this.upgrades = new Upgrades(node, hub, origins, rules, pending);
    }

    public void handle(HttpServerRequest request) {
        pending.requested(request.connection(), clocks.nanoTime());
        String path = request.path() == null ? "" : request.path();
        switch (path) {
            case "/ws" -> webSocket(request);
            case "/stats" -> get(request, this::stats);
            case "/health" -> get(request, this::health);
            case "/" -> get(request, response -> file(page, response));
            case "/client.js" -> get(request, response -> file(script, response));
            default -> text(request.response().setStatusCode(404), "no such page");
        }
    }

    @FunctionalInterface
    private interface Answer {
        void send(HttpServerResponse response);
    }

    private static void get(HttpServerRequest request, Answer answer) {
        HttpServerResponse response = request.response();
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            answer.send(response);
            return;
        }
        refuseMethod(response, "GET, HEAD");
    }

    /** What body the request may have is not read, so the connection cannot be used again. */
    private static void refuseMethod(HttpServerResponse response, String allowed) {
        response.setStatusCode(405).putHeader("Allow", allowed).putHeader("Connection", "close");
        text(response, "only " + allowed);
    }

    private void webSocket(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET)) {
            refuseMethod(request.response(), "GET");
        } else if (request.headers().contains("Upgrade", "websocket", true)) {
            upgrades.upgrade(request);
        } else {
            text(
                    request.response()
                            .setStatusCode(426)
                            .putHeader("Upgrade", "websocket")
                            .putHeader("Connection", "Upgrade")
                            .putHeader("Sec-WebSocket-Version", "13"),
                    "this is a WebSocket");
        }
    }

    private void stats(HttpServerResponse response) {
        NodeStats stats = node.stats();
        json(
                response,
                new JsonObject()
                        .put("node_id", stats.nodeId())
                        .put("node_address", stats.nodeAddress())
                        .put("connections", stats.connections())
                        .put("rooms", stats.rooms())
                        .put("users", stats.users()));
    }

    private void health(HttpServerResponse response) {
        JsonObject failures = new JsonObject();
        health.failures().forEach(failures::put);
        boolean ready = failures.isEmpty();
        json(
                response.setStatusCode(ready ? 200 : 503),
                new JsonObject().put("status", ready ? "ready" : "not ready").put("failures", failures));
    }

    private static void file(Optional<StaticPage> file, HttpServerResponse response) {
        if (file.isPresent()) {
            file.get().send(response);
        } else {
            text(response.setStatusCode(404), "no such page");
        }
    }

    private static void json(HttpServerResponse response, JsonObject body) {
        response.putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-cache")
                .end(body.encode());
    }

    private static void text(HttpServerResponse response, String body) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8").end(body + "\n");
    }
}
