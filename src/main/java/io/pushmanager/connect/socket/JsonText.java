package io.pushmanager.connect.socket;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON as UTF-8 bytes, put together from fixed parts and texts. Texts are escaped as Jackson's generator does it, to the byte.
 * All is written to one array for each thread.
 *
 * <p><b>Bound:</b> an array over {@value #KEPT_BYTES} bytes is not used again. <b>Thread:</b> the one that calls {@link #begin}; what it
 * began before is lost.
 */
final class JsonText {

    private static final int KEPT_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 1024;
    private static final int LONGEST_ESCAPE = 6;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private static final FastThreadLocal<JsonText> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected JsonText initialValue() {
            return new JsonText();
        }
    };

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    private JsonText() {}

    static JsonText begin() {
        JsonText text = OF_THREAD.get();
        text.length = 0;
        if (text.bytes.length > KEPT_BYTES) {
            text.bytes = new byte[FIRST_BYTES];
        }
        return text;
    }

    int length() {
        return length;
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
    }

    /** JSON of ASCII characters, as it is. */
    @SuppressWarnings("deprecation") // drops the upper half of each character, of which there is none
    JsonText raw(String ascii) {
        reserve(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
        return this;
    }

    /** JSON of any characters, as it is. */
    JsonText json(String any) {
        byte[] utf8 = any.getBytes(StandardCharsets.UTF_8);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    JsonText number(long value) {
        return raw(Long.toString(value));
    }

    /** A text in quotes. */
    JsonText text(String text) {
        int chars = text.length();
        reserve(chars + 2);
        byte[] to = bytes;
        int at = length;
        to[at++] = '"';
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
                length = at;
                return escaped(text, i);
            }
            to[at++] = (byte) c;
        }
        to[at++] = '"';
        length = at;
        return this;
    }

    /** The rest of a text that is not all plain. */
    private JsonText escaped(String text, int from) {
        reserve((text.length() - from) * LONGEST_ESCAPE + 1);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                ascii(c);
            } else if (c < 0x800) {
                put(0xC0 | (c >> 6));
                put(0x80 | (c & 0x3F));
            } else if (Character.isSurrogate(c)) {
                unicode(c); // each half by itself, so that one without the other can be said too
            } else {
                put(0xE0 | (c >> 12));
                put(0x80 | ((c >> 6) & 0x3F));
                put(0x80 | (c & 0x3F));
            }
        }
        put('"');
        return this;
    }

    private void ascii(char c) {
        switch (c) {
            case '"', '\\' -> escape(c);
            case '\b' -> escape('b');
            case '\t' -> escape('t');
            case '\n' -> escape('n');
            case '\f' -> escape('f');
            case '\r' -> escape('r');
            default -> {
                if (c < ' ') {
                    unicode(c);
                } else {
                    put(c);
                }
            }
        }
    }

    private void escape(char c) {
        put('\\');
        put(c);
    }

    private void unicode(char c) {
        escape('u');
        put(HEX[c >> 12]);
        put(HEX[(c >> 8) & 0xF]);
        put(HEX[(c >> 4) & 0xF]);
        put(HEX[c & 0xF]);
    }

    private void put(int b) {
        bytes[length++] = (byte) b;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
