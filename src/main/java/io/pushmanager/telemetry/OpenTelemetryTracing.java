package io.pushmanager.telemetry;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tracing that is on. The only class that knows OpenTelemetry, so that nothing of it is loaded otherwise.
 *
 * <p>Parents are given by hand: an event loop serves many pushes at once, so "the current span" of a thread means nothing.
 */
final class OpenTelemetryTracing implements Tracing {

    private static final String TRACEPARENT = "traceparent";
    private static final Set<String> GOOD = Set.of("OK", "ACCEPTED", "REPORTED");
    private static final long CLOSE_SECONDS = 2;

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;

    OpenTelemetryTracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("io.pushmanager");
    }

    static OpenTelemetryTracing configured(String serviceName) {
        // Defaults only: every OTEL_* variable and otel.* system property wins over them. HTTP, because the gRPC
        // exporter would need a second gRPC client in the jar.
        Map<String, String> defaults = Map.of(
                "otel.service.name", serviceName,
                "otel.traces.exporter", "otlp",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none",
                "otel.exporter.otlp.protocol", "http/protobuf");
        try {
            return new OpenTelemetryTracing(AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> defaults)
                    .build()
                    .getOpenTelemetrySdk());
        } catch (ConfigurationException | IllegalStateException e) {
            throw new IllegalArgumentException("OTEL_* variables: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public Span start(String name, @Nullable String traceparent) {
        Context parent = traceparent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, Header.INSTANCE);
        return new SdkSpan(tracer.spanBuilder(name).setParent(parent).startSpan());
    }

    @Override
    public void close() {
        sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private record SdkSpan(io.opentelemetry.api.trace.Span span) implements Span {

        @Override
        public String traceparent() {
            String[] header = {""};
            W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), header, (carrier, key, value) -> {
                if (carrier != null && key.equals(TRACEPARENT)) {
                    carrier[0] = value;
                }
            });
            return header[0];
        }

        @Override
        public void end(String outcome) {
            span.setAttribute("push.outcome", outcome);
            if (!GOOD.contains(outcome)) {
                span.setStatus(StatusCode.ERROR, outcome);
            }
            span.end();
        }
    }

    /** The carrier is the header's value itself. */
    private enum Header implements TextMapGetter<String> {
        INSTANCE;

        @Override
        public Iterable<String> keys(String carrier) {
            return List.of(TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals(TRACEPARENT) ? carrier : null;
        }
    }
}
