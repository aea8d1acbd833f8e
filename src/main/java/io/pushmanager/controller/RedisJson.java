package io.pushmanager.controller;

import io.pushmanager.core.presence.NodeLoad;
import io.pushmanager.core.presence.PresenceNode;
import io.pushmanager.core.presence.UserState;
import io.pushmanager.core.presence.UserState.Seat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Presence as Redis holds it. The script reads {@code id}, {@code addr}, {@code n}, {@code m} and {@code r}. */
final class RedisJson {

    private RedisJson() {}

    static String encode(PresenceNode node) {
        return new JsonObject()
                .put("id", node.nodeId())
                .put("inst", node.instanceId())
                .put("addr", node.address())
                .put("url", node.publicUrl())
                .put("ver", node.version())
                .put("caps", new JsonArray(List.copyOf(node.capabilities())))
                .encode();
    }

    /** @param load as {@link #encode(NodeLoad, boolean)} wrote it, or empty */
    static PresenceNode node(String text, String load) {
        JsonObject node = new JsonObject(text);
        return new PresenceNode(
                node.getString("id"),
                node.getString("inst"),
                node.getString("addr"),
                node.getString("url"),
                node.getString("ver"),
                node.getJsonArray("caps").stream().map(String::valueOf).toList(),
                !load.isEmpty() && new JsonObject(load).getBoolean("d", false));
    }

    static String encode(NodeLoad load, boolean draining) {
        return new JsonObject()
                .put("c", load.connections())
                .put("u", load.users())
                .put("r", load.rooms())
                .put("x", load.maxConnections())
                .put("d", draining)
                .encode();
    }

    static NodeLoad load(String text) {
        if (text.isEmpty()) {
            return NodeLoad.NONE;
        }
        JsonObject load = new JsonObject(text);
        return new NodeLoad(
                load.getInteger("c", 0), load.getInteger("u", 0), load.getInteger("r", 0), load.getInteger("x", 0));
    }

    static String encode(UserState state) {
        JsonObject rooms = new JsonObject();
        state.rooms().forEach((room, seat) -> rooms.put(room, json(seat)));
        return new JsonObject()
                .put("n", state.userName())
                .put("s", state.onlineSinceMillis())
                .put("m", json(state.metadata()))
                .put("r", rooms)
                .encode();
    }

    static String encode(Seat seat) {
        return json(seat).encode();
    }

    static String encode(Map<String, String> metadata) {
        return json(metadata).encode();
    }

    static UserState state(String text) {
        JsonObject state = new JsonObject(text);
        JsonObject rooms = state.getJsonObject("r");
        Map<String, Seat> seats = new HashMap<>(rooms.size() * 2);
        for (String room : rooms.fieldNames()) {
            JsonObject seat = rooms.getJsonObject(room);
            seats.put(room, new Seat(seat.getLong("j"), metadata(seat.getJsonObject("m"))));
        }
        return new UserState(state.getString("n"), state.getLong("s"), metadata(state.getJsonObject("m")), seats);
    }

    private static JsonObject json(Seat seat) {
        return new JsonObject().put("j", seat.joinedAtMillis()).put("m", json(seat.metadata()));
    }

    private static JsonObject json(Map<String, String> metadata) {
        JsonObject json = new JsonObject();
        metadata.forEach(json::put);
        return json;
    }

    private static Map<String, String> metadata(JsonObject json) {
        Map<String, String> metadata = new HashMap<>();
        json.fieldNames().forEach(key -> metadata.put(key, json.getString(key)));
        return metadata;
    }
}
