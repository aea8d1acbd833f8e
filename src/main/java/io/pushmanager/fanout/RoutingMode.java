package io.pushmanager.fanout;

import io.pushmanager.core.fanout.InterestRouter;
import io.pushmanager.core.fanout.Router;
import io.pushmanager.core.routes.RoutedRouter;
import io.pushmanager.wire.InterestHash;
import java.security.SecureRandom;
import java.util.Locale;

/** How fan-out chooses the nodes of a push, by the names of {@code routing.mode}. */
public enum RoutingMode {
    /** Every push to every node; the node decides. */
    BROADCAST {
        @Override
        Router router() {
            return Router.broadcast();
        }
    },

    /** Each push to the nodes that say that they hold its room or user, and to those that say nothing. */
    INTEREST {
        @Override
        Router router() {
            return new InterestRouter(InterestHash::of, new SecureRandom().nextLong());
        }
    },

    /** To the nodes that a Controller names. */
    ROUTED {
        @Override
        Router router() {
            return new RoutedRouter();
        }
    };

    /** As it is configured. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract Router router();
}
