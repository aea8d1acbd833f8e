package io.pushmanager.telemetry;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes warnings of libraries that use java.util.logging on; less than a warning is dropped, but for the spans of
 * OpenTelemetry's console exporter, which are asked for. <b>Thread:</b> any.
 */
final class JavaLoggingHandler extends Handler {

    /** Where {@code OTEL_TRACES_EXPORTER=console} writes. */
    static final String SPANS = "io.opentelemetry.exporter.logging";

    private final SimpleFormatter messages = new SimpleFormatter();

    JavaLoggingHandler() {
        setLevel(Level.INFO);
    }

    @Override
    public void publish(LogRecord event) {
        if (!isLoggable(event)) {
            return;
        }
        String name = event.getLoggerName();
        boolean isWarning = event.getLevel().intValue() >= Level.WARNING.intValue();
        if (!isWarning && (name == null || !name.startsWith(SPANS))) {
            return;
        }
        Logger log = LoggerFactory.getLogger(name == null ? "java.util.logging" : name);
        if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error(messages.formatMessage(event), event.getThrown());
        } else if (!isWarning) {
            log.info(messages.formatMessage(event));
        } else {
            log.warn(messages.formatMessage(event), event.getThrown());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
