package io.pushmanager.bench;

import io.pushmanager.core.message.Content;

/** The sender's clock at the start of a payload: {@code @@<CLOCK_MONOTONIC ns>@@}. */
final class Stamp {

    private static final int MAX_DIGITS = 19;

    private Stamp() {}

    /** Nanoseconds, or 0 when there is no stamp. */
    static long of(Content content) {
        byte[] binary = content.binary();
        String data = content.data();
        long nanos = 0;
        int length = Math.min(binary.length > 0 ? binary.length : data.length(), 2 + MAX_DIGITS + 1);
        for (int i = 0; i < length; i++) {
            int c = binary.length > 0 ? binary[i] : data.charAt(i);
            if (i < 2) {
                if (c != '@') {
                    return 0;
                }
            } else if (c == '@') {
                return nanos;
            } else if (c >= '0' && c <= '9') {
                nanos = nanos * 10 + (c - '0');
            } else {
                return 0;
            }
        }
        return 0;
    }
}
