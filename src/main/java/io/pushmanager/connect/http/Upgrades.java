package io.pushmanager.connect.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.pushmanager.connect.hub.NodeHub;
import io.pushmanager.connect.hub.RoomHub;
import io.pushmanager.connect.socket.ClientSocket;
import io.pushmanager.connect.socket.SocketPipeline;
import io.pushmanager.connect.socket.SocketRules;
import io.pushmanager.core.session.OriginPolicy;
import io.pushmanager.telemetry.Strain;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request become a WebSocket, or says why not: 403 for a foreign page, 503 when the node is full, short of memory or leaving. Who names no
 * good user is upgraded and then closed with the reason, which a browser can read only that way.
 *
 * <p><b>Thread:</b> the event loop of its hub.
 */
public final class Upgrades {

    private final NodeHub node;
    private final RoomHub hub;
    private final OriginPolicy origins;
    private final SocketRules rules;
    private final Strain strain;

    public Upgrades(NodeHub node, RoomHub hub, OriginPolicy origins, SocketRules rules, Strain strain) {
        this.node = node;
        this.hub = hub;
        this.origins = origins;
        this.rules = rules;
        this.strain = strain;
    }

    /** @return null when the node takes one more, which {@link #open} must follow; or what to answer */
    @Nullable
    HttpReply refusal(HttpRequest request) {
        HttpReply badlyAsked = Handshake.refusal(request);
        if (badlyAsked != null) {
            return badlyAsked.closing();
        }
        if (!origins.allows(request.headers().get("Origin"), request.headers().get("Host"))) {
            return HttpReply.text(403, "this page may not connect here").closing();
        }
        if (node.isDraining()) {
            return HttpReply.text(503, "the node is leaving").closing();
        }
        if (strain.isMemoryShort()) {
            return HttpReply.text(503, "the node is short of memory")
                    .with("Retry-After", "5")
                    .closing();
        }
        if (!node.census().admit(node.settings().maxConnections())) {
            return HttpReply.text(503, "the node is full")
                    .with("Retry-After", "5")
                    .closing();
        }
        return null;
    }

    /** The handshake is written; from here on the connection is the hub's. */
    void open(ChannelHandlerContext context, String uri, SocketPipeline pipeline) {
        Map<String, List<String>> query = queryOf(uri);
        String user = query.getOrDefault("user_id", List.of("")).get(0);
        String name = query.getOrDefault("user_name", List.of("")).get(0);
        List<String> rooms = List.copyOf(new LinkedHashSet<>(query.getOrDefault("room_id", List.of())));
        ClientSocket socket = new ClientSocket(hub, rules);
        pipeline.install(context, socket, () -> hub.open(socket, user, name, rooms));
    }

    /** Whether what the percent signs stand for is UTF-8. */
    private static boolean isUtf8(String uri) {
        byte[] bytes = new byte[uri.length()];
        int length = 0;
        for (int i = 0; i < uri.length(); i++) {
            if (uri.charAt(i) == '%' && i + 2 < uri.length()) {
                bytes[length++] = (byte) Integer.parseInt(uri, i + 1, i + 3, 16); // not a number: not percent-encoded
                i += 2;
            } else {
                bytes[length++] = (byte) (uri.charAt(i) < 0x80 ? uri.charAt(i) : '?');
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    private static Map<String, List<String>> queryOf(String uri) {
        try {
            if (!isUtf8(uri)) {
                return Map.of(); // decoding would put the same replacement for every wrong byte: other users' names
            }
            return QueryStringDecoder.builder()
                    .hasPath(true)
                    .htmlQueryDecoding(true)
                    .build(uri)
                    .parameters();
        } catch (IllegalArgumentException notPercentEncoded) {
            return Map.of(); // then it names no user either
        }
    }
}
