package io.pushmanager.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
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

    /** Another JVM: in this one the other tests have loaded it. */
    @Test
    void loadsNothingOfOpenTelemetryWhenOff() throws Exception {
        String loaded = runWith(Map.of());

        assertThat(loaded).contains("io.pushmanager.telemetry.NoTracing").doesNotContain("io.opentelemetry");
    }

    /** Another JVM: the exporter reads its process's environment. */
    @Test
    void sendsSpansToTheEndpointThatTheEnvironmentNames() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        collector.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            requests.add(exchange.getRequestURI() + " " + new String(body, StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        try {
            runWith(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + collector.getAddress().getPort()));
        } finally {
            collector.stop(0);
        }

        assertThat(requests).hasSize(1);
        assertThat(requests.get(0))
                .startsWith("/v1/traces ")
                .contains("a-span")
                .contains("service.name")
                .contains("push-manager");
    }

    private static String runWith(Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                OneSpanMain.class.getName());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(variables);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    /** A process that traces if its environment says so. */
    static final class OneSpanMain {
        public static void main(String[] args) {
            try (Tracing tracing = Tracing.fromEnvironment("push-manager")) {
                tracing.start("a-span", CALLERS).end("OK");
            }
        }
    }
}
