package io.pushmanager.app;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.config.HostPort;
import io.pushmanager.core.membership.NodeInfo;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Strain;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Vertx;
import java.util.Set;

/**
 * What the roles of a process share.
 *
 * @param instanceId fresh at each start; tells this process from the one before it at the same address
 */
record Platform(
        Vertx vertx,
        Bus bus,
        Clocks clocks,
        PrometheusMeterRegistry registry,
        Meters meters,
        Health health,
        Strain strain,
        Tracing tracing,
        String instanceId,
        String version) {

    /** How a role of this process describes itself to others; a Connect-Node adds where clients reach it and what it can. */
    NodeInfo describe(String id, HostPort address, String publicUrl, Set<String> capabilities) {
        return new NodeInfo(id, address.toString(), instanceId, false, publicUrl, version, capabilities, 0);
    }
}
