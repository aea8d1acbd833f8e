package io.pushmanager.connect.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer over HTTP.
 *
 * @param close the connection ends after it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are written, never compared
record HttpReply(int status, Map<String, String> headers, byte[] body, boolean close) {

    static HttpReply of(String contentType, byte[] body) {
        return new HttpReply(200, Map.of("Content-Type", contentType, "Cache-Control", "no-cache"), body, false);
    }

    /** A refusal in words. */
    static HttpReply text(int status, String words) {
        byte[] body = (words + "\n").getBytes(StandardCharsets.UTF_8);
        return new HttpReply(status, Map.of("Content-Type", "text/plain; charset=utf-8"), body, false);
    }

    HttpReply status(int other) {
        return new HttpReply(other, headers, body, close);
    }

    HttpReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body, close);
    }

    HttpReply closing() {
        return new HttpReply(status, headers, body, true);
    }
}
