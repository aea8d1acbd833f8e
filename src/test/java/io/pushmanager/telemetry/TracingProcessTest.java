package io.pushmanager.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What only another JVM can show: which classes it loads, and what its environment does. */
class TracingProcessTest {

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
                tracing.start("a-span", null).end("OK");
            }
        }
    }
}
