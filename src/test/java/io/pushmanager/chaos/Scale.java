package io.pushmanager.chaos;

import io.pushmanager.testing.PushManagerProcess;
import java.time.Duration;

/**
 * How large a case is: the product's defaults, or everything smaller and sooner so that a case takes seconds.
 *
 * <p>{@code scripts/chaos} sets both properties; without them a case is quick and its seed is always the same.
 */
final class Scale {

    static final boolean FULL = "full".equals(System.getProperty("pushmanager.chaos"));
    static final long SEED = Long.getLong("pushmanager.chaos.seed", 20_261_121L);

    /** How long a soak takes. */
    static final double SOAK_MINUTES = Double.parseDouble(System.getProperty("pushmanager.chaos.minutes", "30"));

    /** Of a registration in etcd. */
    static final Duration LEASE = of(Duration.ofSeconds(3), Duration.ofSeconds(10));

    private Scale() {}

    static int of(int quick, int full) {
        return FULL ? full : quick;
    }

    static Duration of(Duration quick, Duration full) {
        return FULL ? full : quick;
    }

    static PushManagerProcess manager(String id, String etcd) {
        PushManagerProcess manager = shrunk(PushManagerProcess.manager(id, etcd));
        return FULL
                ? manager
                : manager.env("PM_NODE_CLIENT_CALL_DEADLINE", "2s")
                        .env("PM_NODE_CLIENT_PROBE_INTERVAL", "500ms")
                        .env("PM_NODE_CLIENT_PROBE_TIMEOUT", "2s")
                        .env("PM_DISCOVERY_SUSPECT_TIMEOUT", "10s");
    }

    static PushManagerProcess node(String id, String etcd) {
        PushManagerProcess node = shrunk(PushManagerProcess.node(id, etcd));
        return FULL ? node : node.env("PM_DRAIN_SOCKET_GRACE", "1s");
    }

    static PushManagerProcess controller(String id, String etcd) {
        return shrunk(PushManagerProcess.controller(id, etcd));
    }

    private static PushManagerProcess shrunk(PushManagerProcess process) {
        return FULL
                ? process
                : process.env("PM_DISCOVERY_LEASE_TTL", LEASE.toSeconds() + "s")
                        .env("PM_DISCOVERY_RESYNC_INTERVAL", "1s")
                        .env("PM_DISCOVERY_ETCD_TIMEOUT", "1s");
    }
}
