package io.pushmanager.connect.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.pushmanager.connect.socket.SocketPipeline;
import io.pushmanager.core.time.Clocks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side of one connection, until it becomes a WebSocket or ends.
 *
 * <p><b>Thread:</b> the channel's event loop. <b>Bound:</b> the codec before it limits the request, the
 * {@link PendingConnections} its time.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's: a write or close that fails ends the channel
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger log = LoggerFactory.getLogger(HttpHandler.class);

    private final HttpRoutes routes;
    private final Upgrades upgrades;
    private final SocketPipeline sockets;
    private final PendingConnections pending;
    private final Clocks clocks;

    private @Nullable ChannelHandlerContext context;

    /** {@link PendingConnections} only. */
    long deadlineNanos;

    HttpHandler(
            HttpRoutes routes, Upgrades upgrades, SocketPipeline sockets, PendingConnections pending, Clocks clocks) {
        this.routes = routes;
        this.upgrades = upgrades;
        this.sockets = sockets;
        this.pending = pending;
        this.clocks = clocks;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (!pending.opened(this, clocks.nanoTime())) {
            ctx.close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        pending.gone(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pending.gone(this);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("connection broke", cause);
        ctx.close(); // the connection broke: nobody to tell
    }

    void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        pending.requested(this, clocks.nanoTime());
        Throwable undecodable = request.decoderResult().cause();
        if (undecodable != null) {
            boolean tooLong = undecodable instanceof TooLongFrameException;
            String words = tooLong ? "request line or header too long" : "not HTTP";
            answer(ctx, request, HttpReply.text(tooLong ? 431 : 400, words).closing());
            return;
        }
        String path = pathOf(request.uri());
        boolean webSocket = HttpRoutes.WEB_SOCKET.equals(path)
                && "GET".equals(request.method().name())
                && Handshake.isAskedFor(request);
        if (!webSocket) {
            answer(ctx, request, routes.answer(request.method().name(), path));
            return;
        }
        HttpReply refusal = upgrades.refusal(request);
        if (refusal != null) {
            answer(ctx, request, refusal);
            return;
        }
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, "websocket")
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, Handshake.accept(request));
        ctx.write(response, ctx.voidPromise()); // flushed with the welcome
        upgrades.open(ctx, request.uri(), sockets);
    }

    static void answer(ChannelHandlerContext ctx, FullHttpRequest request, HttpReply reply) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), Unpooled.wrappedBuffer(reply.body()));
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        HttpUtil.setContentLength(response, reply.body().length);
        if ("HEAD".equals(request.method().name())) {
            response.content().clear();
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request) && !reply.close();
        if (!reply.headers().containsKey("Connection")) {
            HttpUtil.setKeepAlive(response, keepAlive);
        }
        ChannelFuture written = ctx.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static String pathOf(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }
}
