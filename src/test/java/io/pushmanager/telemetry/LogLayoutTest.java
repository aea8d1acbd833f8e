package io.pushmanager.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLayoutTest {

    private static LoggingEvent event(String message) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName("io.pushmanager.nodeclient.NodeClientVerticle");
        event.setLevel(Level.WARN);
        event.setMessage(message);
        event.setInstant(Instant.EPOCH);
        event.setThreadName("main");
        event.setMDCPropertyMap(Map.of());
        event.setLoggerContext(new LoggerContext());
        return event;
    }

    private static void addFailure(LoggingEvent event, String message) {
        event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(new IllegalStateException(message)));
    }

    @Test
    void textIsOneLineForPeople() {
        LoggingEvent event = event("node \u001b[2J up\nfake line");
        event.setKeyValuePairs(List.of(new KeyValuePair("node", "n\r1")));

        assertThat(new TextLayout(false).doLayout(event))
                .matches("\\d\\d:\\d\\d:00\\.000 WARN  NodeClientVerticle  .*\\n")
                .endsWith("node \\u001b[2J up\\nfake line node=n\\r1\n");
    }

    @Test
    void colourIsOnlyWhereAsked() {
        assertThat(new TextLayout(true).doLayout(event("x"))).contains("\u001b[33mWARN");
        assertThat(new TextLayout(false).doLayout(event("x"))).doesNotContain("\u001b");
    }

    @Test
    void stackTraceKeepsItsLinesButNotItsControlCharacters() {
        LoggingEvent event = event("x");
        addFailure(event, "bad \u001b[31m value");

        assertThat(new TextLayout(false).doLayout(event))
                .contains("IllegalStateException: bad \\u001b[31m value\n\tat ")
                .doesNotContain("\u001b");
    }

    @Test
    void jsonIsOneObjectALine() {
        LoggingEvent event = event("say \"hi\" \\ \u001b\u202e\n");
        event.setKeyValuePairs(List.of(new KeyValuePair("node", 7)));
        addFailure(event, "why");

        String line = new JsonLayout().doLayout(event);

        assertThat(line).endsWith("}\n").doesNotContain("\u001b", "\u202e");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        JsonObject json = new JsonObject(line);
        assertThat(json.getString("time")).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(json.getString("level")).isEqualTo("WARN");
        assertThat(json.getString("message")).isEqualTo("say \"hi\" \\ \u001b\u202e\n");
        assertThat(json.getString("node")).isEqualTo("7");
        assertThat(json.getString("error")).contains("IllegalStateException: why\n\tat ");
    }
}
