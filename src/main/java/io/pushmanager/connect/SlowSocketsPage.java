package io.pushmanager.connect;

import io.pushmanager.connect.hub.SlowSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** {@code GET /slow-sockets}: whose output waits. Nobody's user_id, only the session that its client was told. */
final class SlowSocketsPage {

    private SlowSocketsPage() {}

    static String json(String nodeId, List<SlowSocket> slow) {
        JsonArray sockets = new JsonArray();
        for (SlowSocket socket : slow) {
            sockets.add(new JsonObject()
                    .put("session_id", socket.sessionId())
                    .put("waiting_bytes", socket.waitingBytes())
                    .put("waiting_frames", socket.waitingFrames())
                    .put("oldest_ms", socket.oldestMillis())
                    .put("dropped", socket.dropped()));
        }
        return new JsonObject()
                .put("node_id", nodeId)
                .put("slow_sockets", sockets)
                .encode();
    }
}
