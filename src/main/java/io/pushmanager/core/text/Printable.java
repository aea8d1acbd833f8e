package io.pushmanager.core.text;

/**
 * Text from outside made safe for a terminal or a log: one line, no character that moves a cursor or hides what stands there.
 *
 * <p><b>Bound:</b> the result is at most six times as long as the text. <b>Thread:</b> any.
 */
public final class Printable {

    private Printable() {}

    /** Control, format and unpaired surrogate characters as {@code \n}, {@code \t}, or {@code \u001b}; anything else as it is. */
    public static String escape(String text) {
        return escape(text, false);
    }

    /** As {@link #escape}, but line ends and tabs stay, for text whose layout is wanted. */
    public static String escapeKeepingLines(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean keepLines) {
        int clean = 0;
        while (clean < text.length() && isPlain(text, clean, keepLines)) {
            clean++;
        }
        if (clean == text.length()) {
            return text; // nearly always: no copy
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, clean);
        for (int i = clean; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(text, i, keepLines)) {
                out.append(c);
            } else {
                switch (c) {
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    default -> out.append(String.format("\\u%04x", (int) c));
                }
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String text, int at, boolean keepLines) {
        char c = text.charAt(at);
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        if (keepLines && (c == '\n' || c == '\t')) {
            return true;
        }
        if (Character.isHighSurrogate(c)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
