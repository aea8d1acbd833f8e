package io.pushmanager.connect.http;

import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.NodeStats;
import io.pushmanager.telemetry.Health;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Supplier;

/** What is answered at which path of the clients' port, the upgrade apart. <b>Thread:</b> any. */
public final class HttpRoutes {

    static final String WEB_SOCKET = "/ws";

    private final NodeHub node;
    private final Health health;
    private final Map<String, HttpReply> files = StaticPage.all();

    public HttpRoutes(NodeHub node, Health health) {
        this.node = node;
        this.health = health;
    }

    HttpReply answer(String method, String path) {
        return switch (path) {
            case "/stats" -> get(method, this::stats);
            case "/health" -> get(method, this::health);
            case WEB_SOCKET ->
                "GET".equals(method)
                        ? HttpReply.text(426, "this is a WebSocket")
                                .with("Upgrade", "websocket")
                                .with("Connection", "Upgrade")
                                .with("Sec-WebSocket-Version", "13")
                        : refused("GET");
            default -> {
                HttpReply file = files.get(path);
                yield file == null ? notFound() : get(method, () -> file);
            }
        };
    }

    private static HttpReply get(String method, Supplier<HttpReply> answer) {
        return "GET".equals(method) || "HEAD".equals(method) ? answer.get() : refused("GET, HEAD");
    }

    private HttpReply stats() {
        NodeStats stats = node.stats();
        return json(new JsonObject()
                .put("node_id", stats.nodeId())
                .put("node_address", stats.nodeAddress())
                .put("connections", stats.connections())
                .put("rooms", stats.rooms())
                .put("users", stats.users()));
    }

    private HttpReply health() {
        JsonObject failures = new JsonObject();
        health.failures().forEach(failures::put);
        boolean ready = failures.isEmpty();
        JsonObject body = new JsonObject().put("status", ready ? "ready" : "not ready");
        return json(body.put("failures", failures)).status(ready ? 200 : 503);
    }

    private static HttpReply refused(String allowed) {
        return HttpReply.text(405, "only " + allowed).with("Allow", allowed).closing();
    }

    private static HttpReply notFound() {
        return HttpReply.text(404, "no such page");
    }

    private static HttpReply json(JsonObject body) {
        return HttpReply.of("application/json", body.toBuffer().getBytes());
    }
}
