package io.pushmanager.cli;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.pushmanager.config.Quantity;
import io.pushmanager.core.message.Priority;
import io.pushmanager.proto.pubsub.PushOptions;
import io.pushmanager.wire.HandlingMapper;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a push is treated while it waits. */
@Command
final class HandlingOptions {

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            defaultValue = "normal",
            description = "high, normal or low: what goes first where several wait (default: ${DEFAULT-VALUE}).")
    private Priority priority = Priority.NORMAL;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = TimeToLive.class,
            description = "Nobody gets it later than this, such as 500ms, 2s, 1m.")
    private @Nullable Duration ttl;

    @Option(
            names = "--conflation-key",
            paramLabel = "KEY",
            description = "Replaces what still waits for the same target with the same key.")
    private String conflationKey = "";

    PushOptions.Builder toProto() {
        PushOptions.Builder options = PushOptions.newBuilder()
                .setPriority(HandlingMapper.toProto(priority))
                .setConflationKey(conflationKey);
        return ttl == null ? options : options.setTtl(ttl);
    }

    /** The configuration's notation. */
    static final class TimeToLive implements ITypeConverter<Duration> {
        private static final java.time.Duration LONGEST = java.time.Duration.ofDays(36_500);

        @Override
        public Duration convert(String value) {
            return Quantity.duration(value)
                    .filter(ttl -> !ttl.isZero() && ttl.compareTo(LONGEST) <= 0)
                    .map(ttl -> Durations.fromMillis(ttl.toMillis()))
                    .orElseThrow(() -> new TypeConversionException(
                            "'" + value + "' is not a time above 0, such as 500ms, 2s, 1m"));
        }
    }
}
