package io.pushmanager.wire.grpc;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads {@code grpc-timeout}: up to eight digits and a unit. */
final class GrpcTimeout {

    static final long NONE = Long.MAX_VALUE;
    static final long MALFORMED = -1;

    /** Longer waits count as this, so that a deadline never overflows the clock. */
    private static final long MAX_NANOS = TimeUnit.DAYS.toNanos(365);

    private static final int MAX_DIGITS = 8;

    private GrpcTimeout() {}

    /** Nanoseconds, {@link #NONE} without a header, or {@link #MALFORMED}. */
    static long parseNanos(@Nullable String header) {
        if (header == null) {
            return NONE;
        }
        int digits = header.length() - 1;
        if (digits < 1 || digits > MAX_DIGITS) {
            return MALFORMED;
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            char digit = header.charAt(i);
            if (digit < '0' || digit > '9') {
                return MALFORMED;
            }
            value = value * 10 + (digit - '0');
        }
        TimeUnit unit = unit(header.charAt(digits));
        return unit == null ? MALFORMED : Math.min(unit.toNanos(value), MAX_NANOS);
    }

    private static @Nullable TimeUnit unit(char letter) {
        return switch (letter) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> null;
        };
    }
}
