package io.pushmanager.cluster;

import io.pushmanager.bus.Addresses;
import io.pushmanager.bus.JsonBus;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells every member which nodes come and go, and at each joining which there are.
 *
 * <p><b>Bound:</b> an entry for each node that is up. <b>Order:</b> that of discovery. <b>Thread:</b> one event loop.
 */
final class NodeRelay {

    private final Map<String, JsonObject> nodes = new LinkedHashMap<>();
    private @Nullable JsonBus shared;

    /** Hears of nodes from now on. */
    void start(JsonBus own) {
        own.subscribe(Addresses.NODE_UP, node -> {
            nodes.put(node.getString("address", ""), node);
            tell(Addresses.NODE_UP, node);
        });
        own.subscribe(Addresses.NODE_DOWN, node -> {
            nodes.remove(node.getString("address", ""));
            tell(Addresses.NODE_DOWN, node);
        });
    }

    void joined(JsonBus bus) {
        shared = bus;
        nodes.values().forEach(node -> bus.publish(Addresses.NODE_UP, node));
    }

    void left() {
        shared = null;
    }

    private void tell(String address, JsonObject node) {
        JsonBus bus = shared;
        if (bus != null) {
            bus.publish(address, node);
        }
    }
}
