package io.pushmanager.fanout;

import io.pushmanager.core.fanout.Router;

/** How fan-out chooses the nodes of a push, by the names of {@code routing.mode}. */
public enum RoutingMode {
    /** Every push to every node; the node decides. */
    BROADCAST {
        @Override
        Router router() {
            return Router.broadcast();
        }
    };

    abstract Router router();
}
