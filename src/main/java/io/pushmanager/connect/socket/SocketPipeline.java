package io.pushmanager.connect.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns the pipeline of an HTTP connection into that of a WebSocket: a frame decoder and our handler, and nothing else, so that
 * an idle connection holds nothing of the request it came from.
 *
 * <p><b>Thread:</b> the channel's event loop, in the call in which the handshake was written. <b>Source:</b> docs/decisions/0005.
 */
public final class SocketPipeline {

    private static final String DECODER = "frames";
    private static final String HANDLER = "socket";

    private static final WebSocketDecoderConfig CONFIG = WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .maxFramePayloadLength(FrameHandler.MAX_MESSAGE_BYTES)
            .closeOnProtocolViolation(false) // the handler says why, in its turn
            .withUTF8Validator(false) // done once, on the whole message
            .build();

    private final String codecName;
    private final Consumer<ChannelPipeline> letGo;

    /**
     * @param codecName the HTTP codec, which holds the frames that came along with the upgrade request
     * @param letGo takes out the handler of whoever accepted the connection
     */
    public SocketPipeline(String codecName, Consumer<ChannelPipeline> letGo) {
        this.codecName = codecName;
        this.letGo = letGo;
    }

    /** @param opened runs when the socket can be written to and has not been read from */
    public void install(ChannelHandlerContext context, ClientSocket socket, Runnable opened) {
        ChannelPipeline pipeline = context.pipeline();
        letGo.accept(pipeline);
        for (String name : List.copyOf(pipeline.names())) {
            if (!name.equals(codecName) && pipeline.context(name) != null) {
                pipeline.remove(name);
            }
        }
        pipeline.addAfter(codecName, DECODER, new WebSocket13FrameDecoder(CONFIG));
        pipeline.addAfter(DECODER, HANDLER, new FrameHandler(socket));
        // What is written from now on must not meet the HTTP encoder; what was read is handed on when the codec goes.
        ChannelHandlerContext codec = pipeline.context(codecName);
        socket.attach(codec);
        opened.run();
        pipeline.remove(codecName);
        socket.attachLast(pipeline.context(HANDLER));
    }
}
