package io.pushmanager.core.routes;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes that were looked up. <b>Bound:</b> {@code maxEntries}; the one that was used least lately goes. <b>Thread:</b> its owner's. */
final class RouteTable {

    private final Map<RouteKey, Route> routes = new LinkedHashMap<>(16, 0.75f, true);
    private final int maxEntries;

    RouteTable(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    @Nullable
    Route get(RouteKey key) {
        return routes.get(key);
    }

    void put(RouteKey key, Route route) {
        routes.put(key, route);
        if (routes.size() > maxEntries) {
            var oldest = routes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    int size() {
        return routes.size();
    }
}
