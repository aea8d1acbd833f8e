package io.pushmanager.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/** Shows whatever is thrown and logged, at a level that is written or not, to somebody. <b>Thread:</b> the one that logs. */
final class ThrowableWatch extends TurboFilter {

    private final Consumer<Throwable> seen;

    ThrowableWatch(Consumer<Throwable> seen) {
        this.seen = seen;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        if (thrown != null) {
            seen.accept(thrown);
        } else if (arguments != null && arguments.length > 0) {
            Object last = arguments[arguments.length - 1];
            if (last instanceof Throwable argument) {
                seen.accept(argument);
            }
        }
        return FilterReply.NEUTRAL;
    }
}
