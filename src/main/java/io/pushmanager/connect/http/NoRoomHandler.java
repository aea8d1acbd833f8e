package io.pushmanager.connect.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side of a connection that may not stay, because the process has no file descriptors to spare: 503, whatever is asked.
 *
 * <p><b>Time:</b> a second for the request to come; the descriptors that are kept back must not be held for longer.
 * <b>Thread:</b> the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: a write or close that fails ends the channel
final class NoRoomHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger log = LoggerFactory.getLogger(NoRoomHandler.class);
    private static final HttpReply NO_ROOM = HttpReply.text(503, "the node takes no connections now")
            .with("Retry-After", "5")
            .closing();

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> ctx.close(), 1, TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        HttpHandler.answer(ctx, request, NO_ROOM);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection broke", cause);
        ctx.close(); // the connection broke: nobody to tell
    }
}
