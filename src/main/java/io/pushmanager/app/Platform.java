package io.pushmanager.app;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pushmanager.bus.Bus;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.telemetry.Health;
import io.pushmanager.telemetry.Meters;
import io.pushmanager.telemetry.Tracing;
import io.vertx.core.Vertx;

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
        Tracing tracing,
        String instanceId,
        String version) {}
