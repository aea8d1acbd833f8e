package io.pushmanager.discovery;

import io.pushmanager.core.time.Clocks;
import io.vertx.core.Context;

/**
 * How this process reaches etcd: one for all its verticles, so that an outage is told once and not by each.
 *
 * <p><b>Thread:</b> any.
 */
public final class EtcdAccess {

    private final DiscoveryConfig config;
    private final Clocks clocks;
    private final OutageLog outage;

    public EtcdAccess(DiscoveryConfig config, Clocks clocks) {
        this.config = config;
        this.clocks = clocks;
        this.outage = new OutageLog(config.toString(), clocks);
    }

    DiscoveryConfig config() {
        return config;
    }

    Clocks clocks() {
        return clocks;
    }

    OutageLog outage() {
        return outage;
    }

    /** A client whose answers arrive on {@code context}. */
    EtcdClient connect(Context context) {
        return new EtcdClient(config, context);
    }
}
