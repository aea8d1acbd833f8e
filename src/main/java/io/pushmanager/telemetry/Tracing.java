package io.pushmanager.telemetry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spans of one trace per push: call, fan-out, mailbox, node, node fan-out. The context travels as a W3C {@code
 * traceparent} string, inside messages and as gRPC metadata.
 *
 * <p>Off unless {@code OTEL_TRACES_EXPORTER} or an OTLP endpoint is set; then nothing of OpenTelemetry is loaded, and
 * {@link #start} neither allocates nor does anything. <b>Thread:</b> any.
 */
public interface Tracing extends AutoCloseable {

    /** One step of a push. */
    interface Span {

        /** What the next step names as its parent; null when tracing is off. */
        @Nullable
        String traceparent();

        /** Once. {@code OK}, {@code ACCEPTED} and {@code REPORTED} are good; anything else marks the span as an error. */
        void end(String outcome);
    }

    /** For callers that would have to allocate in order to call {@link #start}. */
    boolean isOn();

    /** @param traceparent the parent's; null, or not well-formed, begins a trace */
    Span start(String name, @Nullable String traceparent);

    /** Sends what is left, waiting a moment for it: not for an event loop. */
    @Override
    void close();

    static Tracing off() {
        return NoTracing.INSTANCE;
    }

    /**
     * As the standard {@code OTEL_*} variables say.
     *
     * @param serviceName unless {@code OTEL_SERVICE_NAME} or {@code OTEL_RESOURCE_ATTRIBUTES} name another
     * @throws IllegalArgumentException when they contradict themselves, with the variable in the message
     */
    static Tracing fromEnvironment(String serviceName) {
        return from(System.getenv(), serviceName);
    }

    /** As these variables say. They decide whether tracing is on; its exporter reads the process's own. */
    static Tracing from(Map<String, String> environment, String serviceName) {
        return isAskedFor(environment) ? OpenTelemetryTracing.configured(serviceName) : off();
    }

    private static boolean isAskedFor(Map<String, String> environment) {
        if (Boolean.parseBoolean(environment.getOrDefault("OTEL_SDK_DISABLED", "false"))) {
            return false;
        }
        String exporter = environment.getOrDefault("OTEL_TRACES_EXPORTER", "");
        if (!exporter.isBlank()) {
            return !exporter.equals("none");
        }
        return !environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "").isBlank()
                || !environment
                        .getOrDefault("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")
                        .isBlank();
    }
}
