package io.pushmanager.cli;

import org.jspecify.annotations.Nullable;

/**
 * What {@code bench} writes at the start of a push's data, to know it again: {@code @@<nanoseconds>@@<push>;}, where the time
 * is the one at which the push was meant to be sent, in the clock of {@link System#nanoTime()}.
 */
record BenchMark(long intendedNanos, int push) {

    private static final String IN_FRAME = "\"data\":\"@@";

    /** The data of a push, filled up to {@code size} characters of one byte each. */
    String toData(int size) {
        StringBuilder data = new StringBuilder(size);
        data.append("@@").append(intendedNanos).append("@@").append(push).append(';');
        while (data.length() < size) {
            data.append('x');
        }
        return data.toString();
    }

    /** Out of a frame's text; null when it has no mark. */
    static @Nullable BenchMark in(String frame) {
        int start = frame.indexOf(IN_FRAME);
        int end = start < 0 ? -1 : frame.indexOf("@@", start + IN_FRAME.length());
        int stop = end < 0 ? -1 : frame.indexOf(';', end);
        if (stop < 0) {
            return null;
        }
        try {
            return new BenchMark(
                    Long.parseLong(frame, start + IN_FRAME.length(), end, 10),
                    Integer.parseInt(frame, end + 2, stop, 10));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
