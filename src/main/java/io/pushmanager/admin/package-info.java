/**
 * Metrics and health over HTTP. Start at {@link io.pushmanager.admin.AdminVerticle}.
 *
 * <p>Upstream: Prometheus, an orchestrator's probes. Downstream: {@code telemetry}.
 */
@NullMarked
package io.pushmanager.admin;

import org.jspecify.annotations.NullMarked;
