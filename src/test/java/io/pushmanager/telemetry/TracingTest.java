package io.pushmanager.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingTest {

    private static final String CALLERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Tracing tracing = new OpenTelemetryTracing(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build());

    @Test
    void putsEveryStepOfAPushIntoTheCallersTrace() {
        Tracing.Span call = tracing.start("PushToRoom", CALLERS);
        Tracing.Span fanOut = tracing.start("fan-out", call.traceparent());
        fanOut.end("OK");
        call.end("OK");

        assertThat(exporter.getFinishedSpanItems())
                .extracting(SpanData::getTraceId)
                .containsOnly("0af7651916cd43dd8448eb211c80319c");
        SpanData inner = exporter.getFinishedSpanItems().get(0);
        SpanData outer = exporter.getFinishedSpanItems().get(1);
        assertThat(outer.getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(inner.getParentSpanId()).isEqualTo(outer.getSpanId());
        assertThat(call.traceparent()).isEqualTo("00-" + outer.getTraceId() + "-" + outer.getSpanId() + "-01");
    }

    @Test
    void beginsATraceWithoutAParentOrWithABrokenOne() {
        tracing.start("a", null).end("OK");
        tracing.start("b", "not a traceparent").end("OK");

        assertThat(exporter.getFinishedSpanItems()).hasSize(2).allSatisfy(span -> assertThat(
                        span.getParentSpanContext().isValid())
                .isFalse());
    }

    @Test
    void marksAnOutcomeThatIsNotGoodAsAnError() {
        tracing.start("a", null).end("TIMED_OUT");
        tracing.start("b", null).end("REPORTED");

        SpanData bad = exporter.getFinishedSpanItems().get(0);
        assertThat(bad.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(bad.getAttributes().get(AttributeKey.stringKey("push.outcome")))
                .isEqualTo("TIMED_OUT");
        assertThat(exporter.getFinishedSpanItems().get(1).getStatus().getStatusCode())
                .isEqualTo(StatusCode.UNSET);
    }

    @Test
    void isOffUnlessAVariableAsksForIt() {
        assertThat(Tracing.from(Map.of(), "x").isOn()).isFalse();
        assertThat(Tracing.from(Map.of("OTEL_TRACES_EXPORTER", "none"), "x").isOn())
                .isFalse();
        assertThat(Tracing.from(
                                Map.of("OTEL_TRACES_EXPORTER", "none", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318"),
                                "x")
                        .isOn())
                .isFalse();
        assertThat(Tracing.from(Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_SDK_DISABLED", "true"), "x")
                        .isOn())
                .isFalse();
    }

    @Test
    void isOnWhenAnExporterOrAnEndpointIsNamed() {
        for (Map<String, String> variables : List.of(
                Map.of("OTEL_TRACES_EXPORTER", "console"),
                Map.of("OTEL_TRACES_EXPORTER", "otlp"),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
                Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/v1/traces"))) {
            try (Tracing on = Tracing.from(variables, "x")) {
                assertThat(on.isOn()).as("%s", variables).isTrue();
            }
        }
    }

    @Test
    void hasNothingToSayAndAllocatesNothingWhenOff() {
        Tracing off = Tracing.off();

        assertThat(off.start("a", CALLERS)).isSameAs(off.start("b", null));
        assertThat(off.start("a", CALLERS).traceparent()).isNull();
    }
}
