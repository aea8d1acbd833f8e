package io.pushmanager.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.status.NopStatusListener;
import io.pushmanager.config.LogFormat;
import io.pushmanager.config.LogLevel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging in code: no file to find or to parse at start, and nothing of the logger's own on the console.
 *
 * <p>Our packages log from the level asked for, libraries from WARN on. java.util.logging (gRPC) comes along.
 * <b>Order:</b> before the first Vert.x class is loaded, because Vert.x chooses its logger once. Calling it again
 * changes format and level. <b>Thread:</b> main.
 */
public final class Logging {

    private static final String OURS = "io.pushmanager";

    private static volatile @Nullable Consumer<Throwable> watcher;

    private Logging() {}

    /** Shows everything thrown that is logged from now on, or would be at another level. Must not log. */
    public static void watchThrowables(Consumer<Throwable> seen) {
        watcher = seen;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.addTurboFilter(new ThrowableWatch(seen));
        }
    }

    /** For a server: to standard output. */
    public static void configure(LogFormat format, LogLevel level) {
        configure(format, level, Terminal.STDOUT);
    }

    /** For the command line: problems only, to standard error, so that output can be piped. */
    public static void configureForCommands() {
        configure(LogFormat.TEXT, LogLevel.WARN, Terminal.STDERR);
    }

    private static void configure(LogFormat format, LogLevel level, Terminal stream) {
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        if (System.getProperty("logback.configurationFile") != null
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return; // whoever runs it brought a set-up
        }
        context.reset();
        Consumer<Throwable> watching = watcher;
        if (watching != null) {
            context.addTurboFilter(new ThrowableWatch(watching));
        }
        context.getStatusManager().add(new NopStatusListener());
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender(context, layout(format, stream), stream));
        // Says "Connection evicted", without whose, for each attempt at a node that hangs up; the node client says it
        // with the node.
        context.getLogger("io.vertx.core.http.impl.HttpClientConnectionInternal")
                .setLevel(Level.ERROR);
        // Says at each start of a cluster's engine that a part is off which nobody asked for.
        context.getLogger("com.hazelcast.cp.CPSubsystem").setLevel(Level.ERROR);
        // A line for each of 271 partitions when a member is given up; that it was is said beside them.
        context.getLogger("com.hazelcast.internal.partition").setLevel(Level.ERROR);
        context.getLogger(OURS).setLevel(Level.toLevel(level.name()));
        context.getLogger(JavaLoggingHandler.SPANS).setLevel(Level.INFO);
        bridgeJavaLogging();
    }

    private static LayoutBase<ILoggingEvent> layout(LogFormat format, Terminal stream) {
        boolean text = format == LogFormat.TEXT || (format == LogFormat.AUTO && stream.isTerminal());
        return text ? new TextLayout(stream.takesColour(System.getenv())) : new JsonLayout();
    }

    private static ConsoleAppender<ILoggingEvent> appender(
            LoggerContext context, LayoutBase<ILoggingEvent> layout, Terminal stream) {
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("console");
        appender.setTarget(stream == Terminal.STDERR ? "System.err" : "System.out");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static void bridgeJavaLogging() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger.getLogger("").addHandler(new JavaLoggingHandler());
    }
}
