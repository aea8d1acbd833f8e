package io.pushmanager.connect.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.RoomHub;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.SocketRules;
import io.pushmanager.connect.socket.WebSocketTakeover;
import io.pushmanager.core.session.OriginPolicy;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request become a WebSocket, or says why not: 403 for a foreign page, 503 when the node is full or leaving. Who names no
 * good user is upgraded and then closed with the reason, which a browser can read only that way.
 *
 * <p><b>Thread:</b> the event loop of its hub.
 */
final class Upgrades {

    private static final Logger log = LoggerFactory.getLogger(Upgrades.class);

    private final NodeHub node;
    private final RoomHub hub;
    private final OriginPolicy origins;
    private final SocketRules rules;
    private final PendingConnections pending;

    Upgrades(NodeHub node, RoomHub hub, OriginPolicy origins, SocketRules rules, PendingConnections pending) {
        this.node = node;
        this.hub = hub;
        this.origins = origins;
        this.rules = rules;
        this.pending = pending;
    }

    void upgrade(HttpServerRequest request) {
        if (!origins.allows(request.getHeader("Origin"), request.getHeader("Host"))) {
            refuse(request.response().setStatusCode(403), "this page may not connect here");
        } else if (node.isDraining()) {
            refuse(request.response().setStatusCode(503), "the node is leaving");
        } else if (!node.census().admit(node.settings().maxConnections())) {
            refuse(request.response().setStatusCode(503).putHeader("Retry-After", "5"), "the node is full");
        } else {
            request.toWebSocket()
                    .onSuccess(webSocket -> opened(webSocket, request))
                    .onFailure(failure -> {
                        node.census().release();
                        log.debug("no WebSocket: {}", failure.getMessage()); // Vert.x has answered the request
                    });
        }
    }

    private void opened(ServerWebSocket webSocket, HttpServerRequest request) {
        ClientSocket socket = new ClientSocket(hub, rules);
        pending.upgraded(request.connection());
        Map<String, List<String>> query = queryOf(request.uri());
        WebSocketTakeover.install(webSocket, socket);
        if (socket.isOpen()) {
            List<String> users = query.getOrDefault("user_id", List.of(""));
            hub.open(socket, users.get(0), List.copyOf(new LinkedHashSet<>(query.getOrDefault("room_id", List.of()))));
        }
    }

    private static Map<String, List<String>> queryOf(String uri) {
        try {
            return QueryStringDecoder.builder()
                    .hasPath(true)
                    .htmlQueryDecoding(true)
                    .build(uri)
                    .parameters();
        } catch (IllegalArgumentException notPercentEncoded) {
            return Map.of(); // then it names no user either
        }
    }

    private static void refuse(HttpServerResponse response, String reason) {
        response.putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Connection", "close")
                .end(reason + "\n");
    }
}
