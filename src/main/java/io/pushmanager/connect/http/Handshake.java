package io.pushmanager.connect.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opening handshake of RFC 6455, section 4.2. */
final class Handshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /** Whether a client asks for a WebSocket, well or badly. */
    static boolean isAskedFor(HttpRequest request) {
        return request.headers().containsValue("Upgrade", "websocket", true);
    }

    /** @return null when it is well asked, or what to answer */
    static @Nullable HttpReply refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!"13".equals(headers.get("Sec-WebSocket-Version"))) {
            return HttpReply.text(426, "Sec-WebSocket-Version must be 13").with("Sec-WebSocket-Version", "13");
        }
        if (!headers.containsValue("Connection", "upgrade", true)) {
            return HttpReply.text(400, "Connection must name Upgrade");
        }
        if (!HttpVersion.HTTP_1_1.equals(request.protocolVersion())) {
            return HttpReply.text(400, "a WebSocket needs HTTP/1.1");
        }
        return isKey(headers.get("Sec-WebSocket-Key"))
                ? null
                : HttpReply.text(400, "Sec-WebSocket-Key must be 16 bytes in base64");
    }

    /** What proves that the request was understood. */
    static String accept(HttpRequest request) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // what the RFC asks for
            String key = request.headers().get("Sec-WebSocket-Key") + GUID;
            return Base64.getEncoder().encodeToString(sha1.digest(key.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }
}
