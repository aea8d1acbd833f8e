package io.pushmanager.discovery;

/** Text from outside, made fit for a line of a log. */
final class LogText {

    private static final int MAX_CHARS = 500;

    /** Control characters escaped, and not endless. */
    static String safe(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        for (int i = 0; i < text.length(); i++) {
            if (safe.length() >= MAX_CHARS) {
                return safe.append('…').toString();
            }
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    private LogText() {}
}
