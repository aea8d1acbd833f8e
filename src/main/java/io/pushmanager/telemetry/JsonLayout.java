package io.pushmanager.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.pushmanager.core.text.Printable;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** One JSON object a line, for machines: {@code time, level, logger, thread, message}, then what the event carries. */
final class JsonLayout extends LayoutBase<ILoggingEvent> {

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        field(line, '{', "time", DateTimeFormatter.ISO_INSTANT.format(event.getInstant()));
        field(line, ',', "level", event.getLevel().toString());
        field(line, ',', "logger", event.getLoggerName());
        field(line, ',', "thread", event.getThreadName());
        field(line, ',', "message", String.valueOf(event.getFormattedMessage()));
        for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
            field(line, ',', entry.getKey(), entry.getValue());
        }
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                field(line, ',', pair.key, String.valueOf(pair.value));
            }
        }
        if (event.getThrowableProxy() != null) {
            field(line, ',', "error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.append("}\n").toString();
    }

    private static void field(StringBuilder line, char before, String name, String text) {
        line.append(before)
                .append('"')
                .append(quoted(name))
                .append("\":\"")
                .append(quoted(text))
                .append('"');
    }

    private static String quoted(String text) {
        // What Printable writes for a control character is what JSON asks for.
        return Printable.escape(text.replace("\\", "\\\\").replace("\"", "\\\""));
    }
}
