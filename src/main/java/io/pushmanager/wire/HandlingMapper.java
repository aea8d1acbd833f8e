package io.pushmanager.wire;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.message.Priority;
import io.pushmanager.core.time.Clocks;
import io.pushmanager.proto.pubsub.PushOptions;

/** Priority, time to live and conflation key of {@code pubsub.PushOptions} ↔ {@link Handling}. <b>Thread:</b> any. */
public final class HandlingMapper {

    private static final Duration NOTHING = Duration.getDefaultInstance();
    /** Nothing waits that long, and it keeps the sum within the clock's range. */
    private static final Duration LONGEST = Durations.fromDays(365);

    private HandlingMapper() {}

    /** @param clocks a time to live counts from now */
    public static Handling toCore(PushOptions options, Clocks clocks, Violations violations) {
        Priority priority = priority(options.getPriority());
        String key = options.getConflationKey();
        violations.checkOptionalId("options.conflation_key", key);
        long expires = Handling.NEVER;
        if (options.hasTtl()) {
            Duration ttl = options.getTtl();
            if (!Durations.isValid(ttl) || Durations.compare(ttl, NOTHING) <= 0) {
                violations.add("options.ttl", "must be a valid duration longer than 0 s");
            } else {
                expires = Handling.expiry(clocks.nanoTime(), nanos(ttl));
            }
        }
        return Handling.of(priority, expires, key);
    }

    /** An unknown one is normal. */
    public static Priority priority(io.pushmanager.proto.pubsub.Priority priority) {
        return switch (priority) {
            case PRIORITY_HIGH -> Priority.HIGH;
            case PRIORITY_LOW -> Priority.LOW;
            case PRIORITY_NORMAL, UNRECOGNIZED -> Priority.NORMAL;
        };
    }

    public static io.pushmanager.proto.pubsub.Priority toProto(Priority priority) {
        return switch (priority) {
            case HIGH -> io.pushmanager.proto.pubsub.Priority.PRIORITY_HIGH;
            case LOW -> io.pushmanager.proto.pubsub.Priority.PRIORITY_LOW;
            case NORMAL -> io.pushmanager.proto.pubsub.Priority.PRIORITY_NORMAL;
        };
    }

    private static long nanos(Duration ttl) {
        return Durations.toNanos(Durations.compare(ttl, LONGEST) > 0 ? LONGEST : ttl);
    }
}
