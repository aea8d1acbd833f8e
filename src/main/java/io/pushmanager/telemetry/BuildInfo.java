package io.pushmanager.telemetry;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.util.Set;

/**
 * {@code push_build_info{version,role} 1}, once for each role of the process. Registered with Prometheus itself:
 * Micrometer takes the ending {@code _info} off a gauge's name.
 */
public final class BuildInfo {

    private BuildInfo() {}

    public static void register(PrometheusMeterRegistry registry, String version, Set<String> roles) {
        Info info = Info.builder()
                .name("push_build_info")
                .help("Which version runs, in which roles")
                .labelNames("role", "version")
                .register(registry.getPrometheusRegistry());
        roles.forEach(role -> info.addLabelValues(role, version));
    }
}
