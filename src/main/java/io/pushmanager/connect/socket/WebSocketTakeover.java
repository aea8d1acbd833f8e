package io.pushmanager.connect.socket;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a connection over from Vert.x right after its handshake, and leaves in the pipeline only a frame decoder and our handler.
 *
 * <p>Vert.x closes none of the violations that RFC 6455 names with the code it asks for, and keeps the whole HTTP
 * request alive behind each socket. The one class that touches what is internal to Vert.x.
 *
 * <p><b>Thread:</b> the channel's event loop, in the same call in which the handshake completed: frames that came along with
 * the upgrade request are still in the HTTP decoder then, and reach the new one when it hands on what it did not use.
 * <b>Source:</b> docs/decisions/0005.
 */
public final class WebSocketTakeover {

    private static final Logger log = LoggerFactory.getLogger(WebSocketTakeover.class);

    // Names that Vert.x and Netty's handshaker give.
    private static final String VERTX_HANDLER = "handler";
    private static final String DECODER = "wsdecoder";
    private static final String[] NOT_NEEDED = {"wsencoder", "chunkedWriter", "idle"};

    private static final WebSocketDecoderConfig CONFIG = WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .maxFramePayloadLength(FrameHandler.MAX_MESSAGE_BYTES)
            .closeOnProtocolViolation(false) // the handler says why, in its turn
            .withUTF8Validator(false) // done once, on the whole message
            .build();

    private WebSocketTakeover() {}

    /** After this the {@code webSocket} is of no use to anybody, and everything happens through {@code socket}. */
    public static void install(ServerWebSocket webSocket, ClientSocket socket) {
        ChannelHandlerContext vertxContext = ((WebSocketInternal) webSocket).channelHandlerContext();
        ChannelPipeline pipeline = vertxContext.pipeline();
        pipeline.replace(DECODER, "frames", new WebSocket13FrameDecoder(CONFIG));
        // First in the pipeline, so that what it writes passes no HTTP encoder that is still waiting for its flush.
        pipeline.addAfter("frames", "socket", new FrameHandler(socket));
        for (String name : NOT_NEEDED) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        letGo(pipeline.remove(VERTX_HANDLER), vertxContext);
        vertxContext.channel().config().setAutoRead(true); // Vert.x may have paused it
        if (!vertxContext.channel().isActive()) {
            socket.channelClosed(); // went during the handshake, and told only the handler that was there then
        }
    }

    /** For Vert.x the connection ends here: its metrics and closing handlers must not wait for an end they will not see. */
    private static void letGo(ChannelHandler vertxHandler, ChannelHandlerContext vertxContext) {
        try {
            if (vertxHandler instanceof ChannelInboundHandler inbound) {
                inbound.channelInactive(vertxContext);
            }
        } catch (Exception e) {
            log.warn("Vert.x did not let go of a WebSocket", e);
        }
    }
}
