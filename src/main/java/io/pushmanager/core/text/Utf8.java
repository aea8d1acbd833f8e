package io.pushmanager.core.text;

/** How long text is once it is UTF-8, without encoding it. <b>Thread:</b> any. */
public final class Utf8 {

    private Utf8() {}

    /** As many bytes as {@code text.getBytes(UTF_8)} has; an unpaired surrogate becomes one of them. */
    public static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return length(text, i);
            }
        }
        return bytes;
    }

    private static int length(String text, int from) {
        int bytes = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                bytes++;
            }
        }
        return bytes;
    }
}
