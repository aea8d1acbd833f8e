package io.pushmanager.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import io.pushmanager.core.text.Printable;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/** {@code 12:34:56.789 INFO  NodeClientVerticle  message key=value}, for people. One event is one line, but for a stack trace. */
final class TextLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean colour;

    TextLayout(boolean colour) {
        this.colour = colour;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        append(line, DIM, TIME.format(event.getInstant()));
        line.append(' ');
        append(line, colourOf(event.getLevel()), String.format("%-5s", event.getLevel()));
        line.append(' ');
        append(line, DIM, shortName(event.getLoggerName()));
        line.append("  ").append(Printable.escape(String.valueOf(event.getFormattedMessage())));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(Printable.escape(String.valueOf(pair.value)));
            }
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Printable.escapeKeepingLines(ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
        return line.toString();
    }

    private void append(StringBuilder line, String code, String text) {
        if (colour && !code.isEmpty()) {
            line.append(code).append(text).append(PLAIN);
        } else {
            line.append(text);
        }
    }

    private static String colourOf(Level level) {
        return level.isGreaterOrEqual(Level.ERROR) ? RED : level.isGreaterOrEqual(Level.WARN) ? YELLOW : "";
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
